import { aliasOf } from '../lockfile/lockfile.ts';
import type { Project } from '../origin.ts';

/** Whether the text is a range or a tag and no address; short and of harmless characters, because a package.json is outside text. */
export function isPlainRange(text: string): boolean {
  return /^[\w.+~^<>=*| -]{1,100}$/.test(text) && text.trim() !== '';
}

/** The range of a declaration, without an alias in front; undefined where there is none that may be shown. */
export function plainRangeOf(declared: string | undefined): string | undefined {
  if (declared === undefined) return undefined;
  const range = aliasOf(declared)?.range ?? declared;
  return isPlainRange(range) ? range.trim() : undefined;
}

/** What package.json says of a library: under its name, else under an alias for it (`"zod3": "npm:zod@^3"`). */
export function declaredFor(
  project: Pick<Project, 'dependencies'> | undefined,
  name: string,
): string | undefined {
  const own = project?.dependencies.get(name);
  if (own !== undefined || project === undefined) return own?.declared;
  for (const { declared } of project.dependencies.values())
    if (aliasOf(declared)?.name === name) return declared;
  return undefined;
}
