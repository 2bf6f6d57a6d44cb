/** What a package says that it is used by. */
export interface EntryPoints {
  /** What may stand behind the package's name in an import: '' for the package itself, `/mini`; at most 12. */
  readonly imports: readonly string[];
  /** Imports that are left out of these. */
  readonly moreImports: number;
  /** Names of its commands; at most 12. */
  readonly commands: readonly string[];
}

const maxShown = 12;
const subpath = /^\.(?:\/[\w@.~+-]+)*$/;
const command = /^[\w@.+-]+$/;

/** Reads the entry points out of the fields of a package.json, whatever is in it. */
export function readEntryPoints(fields: Readonly<Record<string, unknown>>): EntryPoints {
  const commands = readCommands(fields);
  const isImported = ['main', 'module', 'exports', 'types', 'typings'].some(
    (field) => fields[field] !== undefined,
  );
  const imports = isImported || commands.length === 0 ? readSubpaths(fields.exports) : [];
  return {
    imports: imports.slice(0, maxShown),
    moreImports: Math.max(0, imports.length - maxShown),
    commands: commands.filter((name) => command.test(name)).slice(0, maxShown),
  };
}

/** What is imported by the name of a file comes last. Patterns and what is closed are left out: nobody can import them as they stand. */
function readSubpaths(exports: unknown): readonly string[] {
  const paths = Object.entries(asRecord(exports) ?? {}).filter(([key]) => key.startsWith('.'));
  if (paths.length === 0) return [''];
  return paths
    .filter(([key, target]) => subpath.test(key) && target !== null && key !== './package.json')
    .map(([key]) => key.slice(1))
    .sort((a, b) => placeOf(a) - placeOf(b));
}

function placeOf(path: string): number {
  if (path === '') return 0;
  return /\.\w+$/.test(path) ? 2 : 1;
}

function readCommands({ name, bin }: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof bin === 'string') return typeof name === 'string' ? [name.replace(/^@[^/]*\//, '')] : [];
  return Object.keys(asRecord(bin) ?? {});
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : undefined;
}
