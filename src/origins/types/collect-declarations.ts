import { createHash } from 'node:crypto';
import { findEntries, findSubpaths, readFields } from './find-entries.ts';
import { type PackageFiles, parentOf } from './package-files.ts';
import { joinInside, resolveDeclaration } from './resolve-declaration.ts';
import { scanReferences } from './scan-references.ts';

/** What is read of one package's declarations at the most. */
export interface DeclarationLimits {
  readonly maxFiles: number;
  readonly maxTotalBytes: number;
}

export const declarationLimits: DeclarationLimits = { maxFiles: 2_000, maxTotalBytes: 16_000_000 };

export interface DeclarationFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether an entry hands on what it declares; otherwise it is only used by files that one does. */
  readonly isExported: boolean;
}

export interface CollectedDeclarations {
  /** What the package's bare name means first, old majors and subsets (`v3/`, `mini/`) late, what only a path leads to last. */
  readonly files: readonly DeclarationFile[];
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

/** A larger file that only paths of modules lead to is generated, as a function for each font that there is. */
const maxSubpathBytes = 200_000;

/** Files that are opened side by side. */
const maxAtOnce = 16;

/** Folders of an earlier major or of a part of a package, which repeat what its main entry has. */
const lesserFolder = /(?:^|\/)(?:v\d+|mini|legacy|compat|deprecated)(?:[-.]\w+)?(?:\/|\.d\.|$)/i;

/**
 * Reads the declarations of a package: its entries and every file that they refer to, however far, inside the package. A file
 * with the very content of one before it is left out. Never throws for what the files hold.
 */
export async function collectDeclarations(
  files: PackageFiles,
  {
    limits = declarationLimits,
    signal,
  }: { readonly limits?: DeclarationLimits; readonly signal: AbortSignal },
): Promise<CollectedDeclarations> {
  const fields = await readFields(files);
  const ownName = typeof fields.name === 'string' ? fields.name : undefined;
  const seen = new Set<string>();
  const contents = new Set<string>();
  const taken: { path: string; bytes: Uint8Array }[] = [];
  const exportsOf = new Map<string, readonly string[]>();
  const skipped: { path: string; why: string }[] = [];
  let bytesTaken = 0;
  let largest = Number.POSITIVE_INFINITY;

  async function follow(start: readonly string[]): Promise<void> {
    let frontier = start.filter((path) => !seen.has(path));
    for (const path of frontier) seen.add(path);
    while (frontier.length > 0) {
      const next: string[] = [];
      for (let from = 0; from < frontier.length; from += maxAtOnce) {
        signal.throwIfAborted();
        const paths = frontier.slice(from, from + maxAtOnce);
        const read = await Promise.all(paths.map((path) => files.read(path)));
        for (const [index, path] of paths.entries()) next.push(...(await take(path, read[index])));
      }
      frontier = next;
    }
  }

  /** Takes one file and returns what it refers to for the first time. */
  async function take(
    path: string,
    read: Uint8Array | { readonly why: string } | undefined,
  ): Promise<readonly string[]> {
    if (!(read instanceof Uint8Array)) {
      skipped.push({ path, why: read?.why ?? 'not there' });
      return [];
    }
    if (read.length > largest) return [];
    const content = createHash('sha256').update(read).digest('base64');
    if (contents.has(content)) return [];
    if (taken.length >= limits.maxFiles || bytesTaken + read.length > limits.maxTotalBytes) {
      skipped.push({ path, why: overLimits(limits) });
      return [];
    }
    contents.add(content);
    taken.push({ path, bytes: read });
    bytesTaken += read.length;
    const found: string[] = [];
    const handedOn: string[] = [];
    for (const { target, isExported } of targetsOf(path, new TextDecoder().decode(read), ownName)) {
      const resolved = await resolveDeclaration(target, files);
      if (resolved === undefined) continue;
      if (isExported) handedOn.push(resolved);
      if (seen.has(resolved)) continue;
      seen.add(resolved);
      found.push(resolved);
    }
    exportsOf.set(path, handedOn);
    return found;
  }

  const entries: { path: string; isMain: boolean }[] = [];
  for await (const entry of findEntries(files, fields)) {
    signal.throwIfAborted();
    entries.push(entry);
  }
  const isLesser = ({ path }: { path: string }) => lesserFolder.test(path);
  await follow(entries.filter(({ isMain }) => isMain).map(({ path }) => path));
  const others = entries.filter(({ isMain }) => !isMain);
  await follow(others.filter((entry) => !isLesser(entry)).map(({ path }) => path));
  await follow(others.filter(isLesser).map(({ path }) => path));
  const subpaths = await findSubpaths(files, fields, (folder) =>
    [...seen].some((path) => path.startsWith(`${folder}/`)),
  );
  largest = maxSubpathBytes;
  await follow(subpaths);
  const exported = reachable([...entries.map(({ path }) => path), ...subpaths], exportsOf);
  return { files: taken.map((file) => ({ ...file, isExported: exported.has(file.path) })), skipped };
}

/** Every file that can be reached from some of them along what each leads to. */
function reachable(
  from: readonly string[],
  leadsTo: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set(from);
  for (const path of found) for (const next of leadsTo.get(path) ?? []) found.add(next);
  return found;
}

/** Whether a package has declarations at all; reads its package.json and a few folders. */
export async function hasDeclarations(files: PackageFiles): Promise<boolean> {
  for await (const _entry of findEntries(files, await readFields(files))) return true;
  return false;
}

/**
 * Whether a package declares what its bare name means, or means nothing by that. One that has declarations for a side entry
 * alone (yargs, for `yargs/browser`) is typed by its `@types` package.
 */
export async function declaresItself(files: PackageFiles): Promise<boolean> {
  const fields = await readFields(files);
  let declaresAny = false;
  for await (const { isMain } of findEntries(files, fields)) {
    if (isMain) return true;
    declaresAny = true;
  }
  const subpaths =
    typeof fields.exports === 'object' && fields.exports !== null ? Object.keys(fields.exports) : [];
  return declaresAny && subpaths.some((key) => key.startsWith('.')) && !subpaths.includes('.');
}

interface ReferenceTarget {
  readonly target: string;
  readonly isExported: boolean;
}

function targetsOf(path: string, text: string, ownName: string | undefined): readonly ReferenceTarget[] {
  const folder = parentOf(path);
  const { specifiers, exported, paths } = scanReferences(text);
  const targets: ReferenceTarget[] = [];
  const add = (target: string | undefined, isExported: boolean) => {
    if (target !== undefined) targets.push({ target, isExported });
  };
  for (const each of paths) add(joinInside(folder, each), true);
  for (const specifier of specifiers) {
    const isExported = exported.has(specifier);
    if (specifier.startsWith('.')) add(joinInside(folder, specifier), isExported);
    else if (ownName !== undefined && specifier.startsWith(`${ownName}/`))
      add(joinInside('', specifier.slice(ownName.length + 1)), isExported);
  }
  return targets;
}

function overLimits({ maxFiles, maxTotalBytes }: DeclarationLimits): string {
  return `over the ${maxFiles.toLocaleString('en')} files or ${Math.round(maxTotalBytes / 1e6)} MB of declarations that are read of a package`;
}
