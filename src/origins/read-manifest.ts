import { realpath } from 'node:fs/promises';
import * as z from 'zod';
import { isNpmName } from '../library.ts';
import { type EntryPoints, readEntryPoints } from './entry-points.ts';
import type { Dependency } from './origin.ts';
import { readRegularFile, UnreadableFile } from './read-regular-file.ts';

/** A package.json as far as it could be read. */
export interface Manifest {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly keywords: readonly string[];
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** Globs of the workspace's packages; undefined where it is no workspace. */
  readonly workspaces: readonly string[] | undefined;
  readonly entryPoints: EntryPoints;
  /** What was wrong with it: "`dependencies` is not an object". */
  readonly faults: readonly string[];
  /** Why nothing of it could be read: "not valid JSON". */
  readonly unread: string | undefined;
  /** Whether it may declare dependencies that could not be read. */
  readonly lacksDependencies: boolean;
}

const maxManifestBytes = 4_000_000;
const maxDependencies = 5_000;
const maxTextLength = 1_000;

const texts = z.array(z.unknown()).transform((items) => items.filter((item) => typeof item === 'string'));
const shapes = {
  text: z.string(),
  texts,
  record: z.record(z.string(), z.unknown()),
  workspaces: z.union([texts, z.object({ packages: texts }).transform((object) => object.packages)]),
};

/** What a package manager looks at first comes first: a name in two of them is declared by the first. */
const dependencyFields = [
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'peerDependencies',
] as const;

/** Reads a package.json, whatever is in it; undefined when there is no such file. Never throws for what the file holds. */
export async function readManifest(file: string): Promise<Manifest | undefined> {
  try {
    // A package.json may be a link (build systems do that), so it is resolved first; a FIFO is refused all the same.
    const { bytes } = await readRegularFile(await realpath(file), { maxBytes: maxManifestBytes });
    return parseManifest(bytes.toString('utf8'));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const why = thrown instanceof UnreadableFile ? thrown.message : `not readable (${code ?? 'unknown'})`;
    return toManifest({}, why);
  }
}

/** Parses the text of a package.json; what is wrong with it goes to `faults`. */
export function parseManifest(text: string): Manifest {
  try {
    const parsed = shapes.record.safeParse(JSON.parse(text.replace(/^\uFEFF/, '')));
    return parsed.success ? toManifest(parsed.data) : toManifest({}, 'not an object');
  } catch {
    // JSON.parse quotes the text in its message, and the text is not ours to repeat.
    return toManifest({}, 'not valid JSON');
  }
}

function toManifest(fields: Readonly<Record<string, unknown>>, unread?: string): Manifest {
  const faults = unread === undefined ? [] : [unread];

  function read<T>(field: string, shape: z.ZodType<T>, expected: string): T | undefined {
    if (fields[field] === undefined) return undefined;
    const result = shape.safeParse(fields[field]);
    if (!result.success) faults.push(`\`${field}\` is not ${expected}`);
    return result.data;
  }

  const dependencies = new Map<string, Dependency>();
  for (const field of dependencyFields) {
    const bad = addDependencies(dependencies, field, read(field, shapes.record, 'an object') ?? {});
    if (bad > 0) faults.push(`${bad} of its \`${field}\` cannot be read`);
  }
  // Before any other field is read.
  const lacksDependencies = faults.length > 0;
  return {
    name: read('name', shapes.text, 'text'),
    version: read('version', shapes.text, 'text'),
    description: read('description', shapes.text, 'text')?.slice(0, maxTextLength),
    keywords: (read('keywords', shapes.texts, 'a list') ?? []).slice(0, 50).map((word) => word.slice(0, 100)),
    dependencies,
    workspaces: read('workspaces', shapes.workspaces, 'a list of globs'),
    entryPoints: readEntryPoints(fields),
    faults,
    unread,
    lacksDependencies,
  };
}

/** Returns how many entries could not be taken. */
function addDependencies(
  into: Map<string, Dependency>,
  field: (typeof dependencyFields)[number],
  entries: Readonly<Record<string, unknown>>,
): number {
  let bad = 0;
  for (const [name, declared] of Object.entries(entries)) {
    if (typeof declared !== 'string' || !isNpmName(name) || into.size >= maxDependencies) bad += 1;
    else if (!into.has(name))
      into.set(name, { name, declared: declared.slice(0, 300), dev: field === 'devDependencies' });
  }
  return bad;
}
