import type { ArchiveLimits } from './archive-limits.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const unprintable = /[\u0000-\u001f\u007f]/;

/**
 * The path of an entry inside its package: without the folder that every npm tarball has around it (`package/` mostly), with
 * forward slashes. Undefined for a path that is not plainly one inside the package: absolute, with `..`, a backslash, a drive or
 * a control character, too long or too deep.
 */
export function entryPath(raw: string, { maxNameBytes, maxDepth }: ArchiveLimits): string | undefined {
  if (Buffer.byteLength(raw) > maxNameBytes || unprintable.test(raw)) return undefined;
  if (raw.includes('\\') || raw.startsWith('/') || /^[a-z]:/i.test(raw)) return undefined;
  const segments = raw.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return undefined;
  const inside = segments.slice(1);
  return inside.length === 0 || inside.length > maxDepth ? undefined : inside.join('/');
}
