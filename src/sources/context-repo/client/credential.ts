/** What a caller proves to Context Repo that they are. The value is never logged and never part of an error. */
export interface ContextRepoCredential {
  readonly kind: 'api-key' | 'token';
  readonly value: string;
  /** Where it is set, for errors: "CONTEXTREPO_API_KEY", "the key that your client sends". */
  readonly from: string;
  /** Names the credential without giving it away; the same value gives the same id. */
  readonly id: string;
  /** The operator's own, lent to a caller of another machine: for reading alone. */
  readonly isLent?: boolean;
}

/** The `Authorization` header. The scheme of keys is case-sensitive. */
export function authorizationOf({ kind, value }: ContextRepoCredential): string {
  return `${kind === 'api-key' ? 'API-Key' : 'Bearer'} ${value}`;
}
