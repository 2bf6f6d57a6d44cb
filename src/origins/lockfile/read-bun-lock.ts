import * as z from 'zod';
import {
  createPackageList,
  type DirectPackages,
  elsewhereOf,
  isExactVersion,
  type LockedPackage,
  type Lockfile,
  toLocked,
  UnreadableLockfile,
} from './lockfile.ts';

const ranges = z.record(z.string(), z.string()).optional().catch(undefined);
const workspaceShape = z.object({
  name: z.string().optional().catch(undefined),
  version: z.string().optional().catch(undefined),
  dependencies: ranges,
  devDependencies: ranges,
  optionalDependencies: ranges,
  peerDependencies: ranges,
});
const lockShape = z.object({
  lockfileVersion: z.number(),
  workspaces: z.record(z.string(), workspaceShape),
  packages: z.record(z.string(), z.unknown()).optional(),
});
type Workspace = z.infer<typeof workspaceShape>;

/** Reads bun.lock. Throws `UnreadableLockfile` or what JSON.parse throws. */
export function readBunLock(content: string): Lockfile {
  const parsed = lockShape.safeParse(JSON.parse(withoutTrailingCommas(content)));
  if (!parsed.success) throw new UnreadableLockfile('it is not a lockfile of bun');
  const { workspaces, packages } = parsed.data;
  // By the path through the tree, of names as they are called: "zod", "@reef/legacy/zod", "wrap-ansi-cjs/string-width".
  const byPath = new Map<string, string>();
  const list = createPackageList();
  for (const [path, value] of Object.entries(packages ?? {})) {
    const resolution = Array.isArray(value) ? value[0] : undefined;
    if (typeof resolution !== 'string') continue;
    byPath.set(path, resolution);
    const locked = fromResolution(resolution, workspaces);
    if (locked !== undefined) list.add(locked);
  }
  const importers = new Map<string, DirectPackages>();
  for (const [folder, workspace] of Object.entries(workspaces)) {
    const direct = new Map<string, LockedPackage>();
    for (const calledAs of declaredBy(workspace)) {
      const resolution = byPath.get(`${workspace.name}/${calledAs}`) ?? byPath.get(calledAs);
      const locked = resolution === undefined ? undefined : fromResolution(resolution, workspaces);
      if (locked !== undefined && !direct.has(calledAs)) direct.set(calledAs, locked);
    }
    importers.set(folder, direct);
  }
  return { importers, resolve: () => undefined, all: list.all };
}

function declaredBy(workspace: Workspace): readonly string[] {
  const { dependencies, optionalDependencies, devDependencies, peerDependencies } = workspace;
  return [dependencies, optionalDependencies, devDependencies, peerDependencies].flatMap((each) =>
    Object.keys(each ?? {}),
  );
}

/** `zod@4.6.7`, `@reef/ui@workspace:packages/ui`, `pebble@../../vendor/pebble.tgz`, `shore@file:shore`. */
function fromResolution(
  resolution: string,
  workspaces: Readonly<Record<string, Workspace>>,
): LockedPackage | undefined {
  const at = resolution.indexOf('@', 1);
  const name = resolution.slice(0, Math.max(0, at));
  const reference = resolution.slice(at + 1);
  if (isExactVersion(reference)) return toLocked(name, reference);
  if (reference.startsWith('workspace:')) {
    const folder = reference.slice('workspace:'.length);
    const version = Object.hasOwn(workspaces, folder) ? workspaces[folder]?.version : undefined;
    return toLocked(name, version, 'workspace', folder);
  }
  const isFolder = reference.startsWith('file:') && !/\.t(?:ar\.)?gz$/.test(reference);
  if (isFolder) return toLocked(name, undefined, 'link', reference.slice('file:'.length));
  return toLocked(name, undefined, elsewhereOf(reference) ?? 'file');
}

/**
 * bun writes commas before closing brackets, which JSON does not allow. Texts are stepped over, in one pass and without a regular
 * expression: a quote that is never closed would make one look through the rest of the file again and again.
 */
function withoutTrailingCommas(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let comma = -1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 10 || code === 13 || code === 9) continue;
    if (code === 0x22) at = endOfText(text, at);
    if ((code === 0x5d || code === 0x7d) && comma >= 0) {
      parts.push(text.slice(from, comma));
      from = comma + 1;
    }
    comma = code === 0x2c ? at : -1;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return text.length;
}
