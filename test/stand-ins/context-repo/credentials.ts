import { createHash } from 'node:crypto';

export const allScopes = ['prompts.read', 'prompts.write', 'documents.read', 'documents.write'] as const;
export type Scope = (typeof allScopes)[number];

export interface Caller {
  readonly user: string;
  readonly scopes: readonly Scope[];
  readonly method: 'api-key' | 'clerk';
}

export interface Credentials {
  /** A new key of a user; the same user and scopes give another key each time. */
  addKey(user: string, scopes: readonly Scope[]): string;
  /** A new session token of a user, which no scope restricts. */
  addToken(user: string): string;
  /** Takes a key or a token back. */
  revoke(credential: string): void;
  /** Changes what a key may do, as its owner can at any time. */
  setScopes(key: string, scopes: readonly Scope[]): void;
  /** Whose an `Authorization` header is. The scheme of keys is case-sensitive. */
  find(authorization: string | undefined): Caller | undefined;
}

/** Creates an empty list of credentials. */
export function createCredentials(): Credentials {
  const callers = new Map<string, Caller>();
  let count = 0;
  const secretOf = (seed: string, length: number) =>
    createHash('sha256').update(`${seed} ${count}`).digest('hex').slice(0, length);

  return {
    addKey(user, scopes) {
      count += 1;
      const key = `gm_${secretOf('public', 12)}_${secretOf('secret', 36)}`;
      callers.set(`API-Key ${key}`, { user, scopes, method: 'api-key' });
      return key;
    },
    addToken(user) {
      count += 1;
      const token = `${secretOf('head', 20)}.${secretOf('body', 40)}.${secretOf('signature', 30)}`;
      callers.set(`Bearer ${token}`, { user, scopes: allScopes, method: 'clerk' });
      return token;
    },
    revoke(credential) {
      callers.delete(`API-Key ${credential}`);
      callers.delete(`Bearer ${credential}`);
    },
    setScopes(key, scopes) {
      const caller = callers.get(`API-Key ${key}`);
      if (caller !== undefined) callers.set(`API-Key ${key}`, { ...caller, scopes });
    },
    find: (authorization) => (authorization === undefined ? undefined : callers.get(authorization)),
  };
}

/** Whether a caller may do what needs one of some scopes. Writing includes reading. */
export function mayDo(caller: Caller, needed: readonly Scope[]): boolean {
  return needed.some(
    (scope) =>
      caller.scopes.includes(scope) ||
      (scope.endsWith('.read') && caller.scopes.includes(scope.replace('.read', '.write') as Scope)),
  );
}
