import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPins } from '../../install-pins.ts';

export interface Question {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly query: string;
  readonly kind: string;
  /** Passages of the package's own files, any of which answers. */
  readonly anyOf: readonly { readonly file: string; readonly quote: string }[];
  /** Words of another version that must not be in the answer. */
  readonly absent?: readonly string[];
  /** What is asked for, where it is not the id: a name as people write it. The project decides the version. */
  readonly name?: string;
  /** Which half of a set it is in: ranking was tuned on `dev`, and judged on `aside`. */
  readonly set?: 'dev' | 'aside';
  /** Which of two projects it is asked in, with an older or a newer major of the package. */
  readonly project?: 'older' | 'newer';
}

/** Questions with the project to ask them in. */
export interface Round {
  readonly folder: string;
  readonly questions: readonly Question[];
}

export interface Selection {
  /** A file of this folder without its ending, with its half where it has halves: `dev`, `own:aside`. */
  readonly set: string;
  /** Only questions about these; all when empty. */
  readonly packages: readonly string[];
  /** A project with these packages alone, under bench/.cache/; that of the whole set when left out. */
  readonly folder?: string;
}

/** Reads the questions of a set and installs the packages that they are about, exactly as pinned. */
export function readRounds(root: string, { set, packages, folder: own }: Selection): readonly Round[] {
  const [file = '', half] = set.split(':');
  const all = readFileSync(join(root, `bench/retrieval/questions/${file}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Question);
  // Two majors of one package need two projects; names are asked in those of the versions.
  const projects = [...new Set(all.map(({ project }) => project))];
  return projects.map((project) => {
    const inside = all.filter((question) => question.project === project);
    const questions = inside.filter(
      (question) =>
        (half === undefined || question.set === half) &&
        (packages.length === 0 || packages.includes(question.package)),
    );
    const installed = own === undefined ? inside : questions;
    const pins = Object.fromEntries(installed.map((question) => [question.package, question.version]));
    const folder = installPins(root, own ?? `retrieval-${project ?? file}`, pins);
    return { folder, questions };
  });
}
