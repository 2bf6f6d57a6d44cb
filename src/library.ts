import compare from 'semver/functions/compare.js';
import satisfies from 'semver/functions/satisfies.js';
import valid from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';
import { DocpinError } from './errors.ts';

/** A library's id. `version` is what was asked for: an exact version, a range such as `4.1`, or a tag. */
export type LibraryId =
  | { readonly kind: 'npm'; readonly name: string; readonly version?: string }
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'context7'; readonly owner: string; readonly repo: string; readonly version?: string }
  | { readonly kind: 'context-repo'; readonly path: string };

/** A library as people write it, not yet looked up: `zod`, `zod@4`, `Next.js`. */
export interface LibraryName {
  readonly kind: 'name';
  readonly name: string;
  readonly version?: string;
}

export type LibraryReference = LibraryId | LibraryName;

/**
 * What a file of docs is; ranking, coverage and listings go by it. `agent` is a guide written for coding agents, `api` are
 * type declarations that can be imported, `internal` those that these only make use of.
 */
export type PageKind = 'guide' | 'api' | 'internal' | 'readme' | 'agent' | 'changelog';

/** Whether a page is one of type declarations. */
export function isDeclarations(kind: PageKind): boolean {
  return kind === 'api' || kind === 'internal';
}

const maxLength = 300;
const npmName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
const versionText = /^[\w.+~^<>=*| -]{1,100}$/;
const context7Segment = /^[\w.@~+-]{1,200}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const unprintable = /[\u0000-\u001f\u007f]/;

/**
 * Reads a library id or name: `npm:zod@4.6.7`, `zod@4`, `pkg:npm/zod@4.6.7`, `/owner/repo[/version]`, `/owner/repo@version`,
 * `local:handbook`, `context-repo:document/<id>`. Throws `bad-input` for anything that cannot be one.
 */
export function parseLibrary(input: string): LibraryReference {
  const text = input.trim();
  if (text === '') throw badLibrary('The library is empty.');
  if (text.length > maxLength)
    throw badLibrary(`The library is ${text.length} characters long; ${maxLength} are allowed.`);
  if (unprintable.test(text)) throw badLibrary('The library contains control characters.');
  if (text.startsWith('npm:')) return parseNpm(text.slice('npm:'.length), text);
  if (text.startsWith('pkg:')) return parsePurl(text);
  if (text.startsWith('local:'))
    return { kind: 'local', name: parseSimpleName(text.slice('local:'.length), text) };
  if (text.startsWith('context-repo:')) return parseContextRepo(text.slice('context-repo:'.length), text);
  const path = undoGitBashMangling(text);
  if (path.startsWith('/')) return parseContext7(path, text);
  return parseName(text);
}

/** Prints a library id in its canonical form; `parseLibrary` reads it back to an equal value. */
export function printLibrary(library: LibraryReference): string {
  switch (library.kind) {
    case 'npm':
      return `npm:${library.name}${atVersion(library.version)}`;
    case 'local':
      return `local:${library.name}`;
    case 'context7':
      return `/${library.owner}/${library.repo}${library.version === undefined ? '' : `/${library.version}`}`;
    case 'context-repo':
      return `context-repo:${library.path}`;
    case 'name':
      return `${library.name}${atVersion(library.version)}`;
  }
}

/** Whether the text is a name that the npm registry could hold. */
export function isNpmName(text: string): boolean {
  return text.length <= 214 && npmName.test(text);
}

/** Orders two versions, newest last; text that is no version sorts before every version, alphabetically. */
export function compareVersions(a: string, b: string): number {
  const validA = valid(a, true);
  const validB = valid(b, true);
  if (validA !== null && validB !== null) return compare(validA, validB);
  if (validA === null && validB === null) return a < b ? -1 : a > b ? 1 : 0;
  return validA === null ? -1 : 1;
}

/** Whether a version is one that was asked for: equal text, or inside the asked range (`4`, `^4.1`, `4.x`). */
export function versionMatches(version: string, wanted: string): boolean {
  const plain = wanted.replace(/^[v=]+(?=\d)/, '');
  if (version === wanted || version === plain) return true;
  return (
    validRange(plain, true) !== null && satisfies(version, plain, { loose: true, includePrerelease: true })
  );
}

/** Whether the text is one exact version, as a registry lists them. */
export function isVersion(text: string): boolean {
  return text.length <= 100 && valid(text) === text;
}

/**
 * The newest of some versions that is meant by a version or a range; undefined where none is. As package managers read a
 * range, a prerelease is meant only by a range that names one of the same version (`^5.0.0-rc.1`).
 */
export function newestMatching(versions: readonly string[], wanted: string): string | undefined {
  const plain = wanted.replace(/^[v=]+(?=\d)/, '');
  if (versions.includes(plain)) return plain;
  const range = validRange(plain, true);
  if (range === null) return undefined;
  return versions
    .filter((version) => satisfies(version, range, { loose: true }))
    .sort(compareVersions)
    .at(-1);
}

function parseNpm(rest: string, input: string): LibraryReference {
  const { name, version } = splitVersion(rest);
  if (!isNpmName(name) || hasDotSegment(name))
    throw badLibrary(`${quote(input)} does not hold a package name.`);
  return withVersion({ kind: 'npm', name }, version, input);
}

function parsePurl(text: string): LibraryReference {
  const match = /^pkg:([a-z]+)\/([^?#]+)/i.exec(text);
  if (match?.[1]?.toLowerCase() !== 'npm' || match[2] === undefined) {
    throw badLibrary(`${quote(text)} is not a package URL that docpin reads; only pkg:npm/... is.`);
  }
  return parseNpm(decodePercent(match[2], text), text);
}

function parseContext7(path: string, input: string): LibraryReference {
  const [owner, repoAndVersion, third, ...more] = path.split('/').filter((part) => part !== '');
  if (owner === undefined || repoAndVersion === undefined || more.length > 0) throw badContext7(input);
  const at = repoAndVersion.indexOf('@', 1);
  if (at > 0 && third !== undefined) throw badContext7(input);
  const repo = at > 0 ? repoAndVersion.slice(0, at) : repoAndVersion;
  const version = at > 0 ? repoAndVersion.slice(at + 1) : third;
  for (const part of [owner, repo, ...(version === undefined ? [] : [version])]) {
    if (!context7Segment.test(part) || part === '.' || part === '..') throw badContext7(input);
  }
  return { kind: 'context7', owner, repo, ...(version === undefined ? {} : { version }) };
}

function parseContextRepo(path: string, input: string): LibraryReference {
  if (!/^(?:all|(?:document|collection)\/[\w-]{1,200})$/.test(path)) {
    throw badLibrary(
      `${quote(input)} is not a Context Repo id such as context-repo:document/<id> or context-repo:all.`,
    );
  }
  return { kind: 'context-repo', path };
}

function parseName(text: string): LibraryReference {
  const { name, version } = splitVersion(text);
  if (
    /[\\]|\.\.|^[./~]|^[a-z]:[\\/]/i.test(name) ||
    (name.includes('/') && !isNpmName(name) && !name.includes(' '))
  ) {
    throw badLibrary(`${quote(text)} looks like a path, not like a library.`);
  }
  return withVersion({ kind: 'name', name }, version, text);
}

function parseSimpleName(name: string, input: string): string {
  if (!/^[\w][\w.-]{0,100}$/.test(name)) throw badLibrary(`${quote(input)} does not name a local library.`);
  return name;
}

function withVersion<T extends { readonly kind: 'npm' | 'name'; readonly name: string }>(
  library: T,
  version: string | undefined,
  input: string,
): T & { readonly version?: string } {
  if (version === undefined) return library;
  if (!versionText.test(version))
    throw badLibrary(`${quote(input)} does not end in a version, a range or a tag.`);
  return { ...library, version };
}

/** Splits at the last `@` that is not a scope's. */
function splitVersion(text: string): { name: string; version: string | undefined } {
  const at = text.lastIndexOf('@');
  if (at <= 0) return { name: text, version: undefined };
  return { name: text.slice(0, at), version: text.slice(at + 1) };
}

function hasDotSegment(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.'));
}

/** Git Bash on Windows turns `/owner/repo` into `C:/Program Files/Git/owner/repo` before a program sees it. */
function undoGitBashMangling(text: string): string {
  return text.replace(/^[A-Za-z]:[\\/].*?[\\/]Git(?=[\\/])/, '');
}

function decodePercent(text: string, input: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new DocpinError(
      'bad-input',
      { what: `${quote(input)} holds a broken percent escape.`, next: 'Write it as pkg:npm/name@version.' },
      { cause },
    );
  }
}

function atVersion(version: string | undefined): string {
  return version === undefined ? '' : `@${version}`;
}

function quote(text: string): string {
  return `"${text.length > 80 ? `${text.slice(0, 80)}...` : text}"`;
}

function badLibrary(what: string): DocpinError {
  return new DocpinError('bad-input', {
    what,
    next: 'Give a name such as zod or zod@4, or an id such as npm:zod@4.6.7 or /owner/repo; resolve-library finds one.',
  });
}

function badContext7(input: string): DocpinError {
  return badLibrary(
    `${quote(input)} is not a Context7 id of the form /owner/repo, /owner/repo/version or /owner/repo@version.`,
  );
}
