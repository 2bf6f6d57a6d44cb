/** What npm's own configuration says about registries. Holds secrets: it never leaves this process and is never printed. */
export interface NpmConfig {
  /** Ends in a slash; undefined where nothing is configured. */
  readonly registry: string | undefined;
  /** Whose configuration names it; undefined where nobody's does. */
  readonly registryFrom: 'environment' | 'project' | 'user' | 'machine' | undefined;
  /** Registries of scopes, by `@scope`; each ends in a slash. */
  readonly scopes: ReadonlyMap<string, string>;
  /** Values of the `authorization` header, by `//host/path/`. */
  readonly authorizations: ReadonlyMap<string, string>;
  /** What the project's .npmrc sets in a way that is not taken from a project: `registry`, `@scope:registry`. */
  readonly refused: ReadonlySet<string>;
}

/** The scope of a package name, with its `@`. */
export function scopeOf(name: string): string | undefined {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/')).toLowerCase() : undefined;
}

/** The registry that a scope is mapped to. */
export function mappedRegistry(name: string, config: NpmConfig): string | undefined {
  const scope = scopeOf(name);
  return scope === undefined ? undefined : config.scopes.get(scope);
}

/**
 * The value of the `authorization` header for a URL: that of the longest `//host/path/` which the URL is under, compared by
 * whole segments, or undefined where none is configured for it.
 */
export function authorizationFor(url: URL, config: NpmConfig): string | undefined {
  let key = `//${url.host}${url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`}`;
  while (key.length > `//${url.host}`.length) {
    const found = config.authorizations.get(key);
    if (found !== undefined) return found;
    key = key.slice(0, key.lastIndexOf('/', key.length - 2) + 1);
  }
  return undefined;
}
