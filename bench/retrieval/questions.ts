import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Question {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly query: string;
  readonly kind: string;
  readonly anyOf: readonly { readonly file: string; readonly quote: string }[];
}

/** Reads the question set, of the named packages or of all. */
export function readQuestions(root: string, packages: readonly string[]): readonly Question[] {
  return readFileSync(join(root, 'bench/retrieval/dev.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Question)
    .filter((question) => packages.length === 0 || packages.includes(question.package));
}
