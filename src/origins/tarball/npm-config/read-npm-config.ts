import type { NpmConfig } from './npm-config.ts';
import { type NpmrcEntry, parseNpmrc } from './parse-npmrc.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface NpmConfigInput {
  /** Text of the project's .npmrc. It came with a clone, and so is not trusted. */
  readonly projectFile?: string | undefined;
  /** Text of the user's own .npmrc. */
  readonly userFile?: string | undefined;
  /** Text of the .npmrc of this machine. */
  readonly globalFile?: string | undefined;
  readonly env: Environment;
}

const registryKey = /^(?:registry|@[^:/\s]+:registry)$/;
const credentialKey = /^(\/\/.*?):(_authToken|_auth|username|_password)$/;
const headerText = /^[\x21-\x7e]+$/;

/**
 * Puts npm's configuration together as npm does: environment (`npm_config_*`) before project, user and machine. From the
 * project only literal `registry` and `@scope:registry` URLs are taken: a cloned repository must neither read the environment
 * (`${NPM_TOKEN}`) nor say where credentials go. Never throws; what cannot be used is left out.
 */
export function readNpmConfig(input: NpmConfigInput): NpmConfig {
  const environment = expandAll(entriesOfEnvironment(input.env), input.env);
  const user = expandAll(parseNpmrc(input.userFile ?? ''), input.env);
  const machine = expandAll(parseNpmrc(input.globalFile ?? ''), input.env);
  const project = parseNpmrc(input.projectFile ?? '').filter(([key]) => registryKey.test(key));
  const registries = new Map<string, string>();
  const refused = new Set<string>();
  let registryFrom: NpmConfig['registryFrom'];
  const layers = [
    ['environment', environment],
    ['project', project],
    ['user', user],
    ['machine', machine],
  ] as const;
  for (const [from, layer] of layers) {
    for (const [key, value] of lastWins(layer)) {
      if (registries.has(lowerCased(key))) continue;
      const isTaken = addRegistry(registries, key, value);
      if (!isTaken && from === 'project') refused.add(lowerCased(key));
    }
    if (registries.has('registry')) registryFrom ??= from;
  }

  const scopes = [...registries].filter(([key]) => key.startsWith('@'));
  return Object.freeze({
    registry: registries.get('registry'),
    registryFrom,
    scopes: new Map(scopes.map(([key, url]) => [key.slice(0, key.lastIndexOf(':')), url])),
    authorizations: readAuthorizations([environment, user, machine]),
    refused: new Set([...refused].filter((key) => !registries.has(key))),
  });
}

/** A registry's URL with a slash at its end; undefined for anything else, also for one that holds a password. */
export function toRegistryUrl(text: string): string | undefined {
  if (text.includes('${') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function addRegistry(into: Map<string, string>, key: string, value: string): boolean {
  const url = registryKey.test(key) ? toRegistryUrl(value) : undefined;
  if (url === undefined) return false;
  into.set(lowerCased(key), url);
  return true;
}

/** Names of scopes are lower case in every registry. */
function lowerCased(key: string): string {
  return key.toLowerCase();
}

/** `npm_config_registry`, `NPM_CONFIG_REGISTRY`, `npm_config_@acme:registry`, `npm_config_//host/:_authToken`. */
function entriesOfEnvironment(env: Environment): readonly NpmrcEntry[] {
  return Object.entries(env).flatMap(([name, value]): NpmrcEntry[] => {
    const key = /^npm_config_(.+)$/i.exec(name)?.[1];
    if (key === undefined || value === undefined || value === '') return [];
    return [[key.startsWith('//') ? key : key.toLowerCase(), value]];
  });
}

/** Expands `${NAME}`, and `${NAME?}` to nothing where it is not set; an entry with a name that is not set is left out. */
function expandAll(entries: readonly NpmrcEntry[], env: Environment): readonly NpmrcEntry[] {
  return entries.flatMap(([key, value]): NpmrcEntry[] => {
    const [wholeKey, wholeValue] = [expand(key, env), expand(value, env)];
    return wholeKey === undefined || wholeValue === undefined ? [] : [[wholeKey, wholeValue]];
  });
}

function expand(text: string, env: Environment): string | undefined {
  let isWhole = true;
  const expanded = text.replace(/(\\*)\$\{([^${}?]+)(\?)?\}/g, (all, slashes: string, name: string, mark) => {
    if (slashes.length % 2 === 1) return all.slice((slashes.length + 1) / 2);
    const value = env[name] ?? (mark === '?' ? '' : undefined);
    if (value === undefined) isWhole = false;
    return `${slashes.slice(slashes.length / 2)}${value ?? ''}`;
  });
  return isWhole ? expanded : undefined;
}

/** Within one file the last line of a key counts. */
function lastWins(entries: readonly NpmrcEntry[]): ReadonlyMap<string, string> {
  return new Map(entries);
}

/** Each field comes from the first layer that has it, as in npm. */
function readAuthorizations(layers: readonly (readonly NpmrcEntry[])[]): ReadonlyMap<string, string> {
  const fields = new Map<string, Map<string, string>>();
  for (const layer of layers) {
    for (const [key, value] of lastWins(layer)) {
      const [, place, field] = credentialKey.exec(key) ?? [];
      if (place === undefined || field === undefined) continue;
      const prefix = normalised(place);
      const known = fields.get(prefix) ?? new Map<string, string>();
      if (!known.has(field)) known.set(field, value);
      fields.set(prefix, known);
    }
  }
  const authorizations = new Map<string, string>();
  for (const [prefix, known] of fields) {
    const value = toAuthorization(known);
    if (value !== undefined) authorizations.set(prefix, value);
  }
  return authorizations;
}

/** `//HOST:443/path` as `URL` writes it, with a slash at its end. */
function normalised(place: string): string {
  const withSlash = place.endsWith('/') ? place : `${place}/`;
  if (!URL.canParse(`https:${withSlash}`)) return withSlash;
  const { host, pathname } = new URL(`https:${withSlash}`);
  return `//${host}${pathname}`;
}

function toAuthorization(fields: ReadonlyMap<string, string>): string | undefined {
  const [token, basic] = [fields.get('_authToken'), fields.get('_auth')];
  const [username, password] = [fields.get('username'), fields.get('_password')];
  if (token !== undefined) return headerText.test(token) ? `Bearer ${token}` : undefined;
  if (username !== undefined && password !== undefined) {
    const plain = `${username}:${Buffer.from(password, 'base64').toString('utf8')}`;
    return `Basic ${Buffer.from(plain).toString('base64')}`;
  }
  return basic !== undefined && headerText.test(basic) ? `Basic ${basic}` : undefined;
}
