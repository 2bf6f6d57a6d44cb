import type { PackageFiles } from './package-files.ts';

const declaration = /\.d\.[cm]?ts$/;
const script = /\.([cm]?)[jt]sx?$/;
const endings = ['.d.ts', '.d.mts', '.d.cts'];

/** Whether a path is one of a file of type declarations. */
export function isDeclaration(path: string): boolean {
  return declaration.test(path);
}

/**
 * The file of declarations that a path of a module means (`lib/x.js`, `lib/x.ts`, `lib/x`, a folder), or undefined. Of twins
 * (`x.d.ts` beside `x.d.cts`) it is always the same one. `path` is inside the package.
 */
export async function resolveDeclaration(path: string, files: PackageFiles): Promise<string | undefined> {
  for (const candidate of candidatesOf(path)) if (await files.has(candidate)) return candidate;
  return undefined;
}

function candidatesOf(path: string): readonly string[] {
  if (declaration.test(path)) {
    const stem = path.replace(declaration, '');
    return [`${stem}.d.ts`, path];
  }
  const match = script.exec(path);
  if (match !== null) {
    const stem = path.slice(0, match.index);
    return [`${stem}.d.ts`, `${stem}.d.${match[1] ?? ''}ts`, ...endings.map((ending) => `${path}${ending}`)];
  }
  const named = endings.map((ending) => `${path}${ending}`);
  const inside = endings.map((ending) => `${path === '' ? '' : `${path}/`}index${ending}`);
  return path === '' ? inside : [...named, ...inside];
}

/** Joins a specifier to the folder it is used in; undefined where that leads out of the package or into another one. */
export function joinInside(folder: string, specifier: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of specifier.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else {
      parts.push(part);
    }
  }
  return parts.includes('node_modules') || specifier.startsWith('/') ? undefined : parts.join('/');
}
