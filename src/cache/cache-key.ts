import { createHash, createHmac } from 'node:crypto';

/** Everything that an answer depends on. Two requests that differ in any part never share a copy or a flight. */
export interface CacheKey {
  readonly source: string;
  /** API generation, and version of the stored shape. */
  readonly generation: string;
  readonly baseUrl: string;
  /** Of `createCredentialDigest`: an answer got with a key belongs to that key. */
  readonly credentialId: string;
  /** The normalised request, in a fixed order. */
  readonly request: readonly (string | number | undefined)[];
}

/** Whose copies they are. */
export type Owner = Pick<CacheKey, 'source' | 'baseUrl' | 'credentialId'>;

/** Turns a key into 64 hexadecimal digits. JSON keeps the parts apart, so that no two keys run together. */
export function toStoreKey(key: CacheKey): string {
  const { source, generation, baseUrl, credentialId, request } = key;
  const parts = [source, generation, baseUrl, credentialId, request.map((part) => part ?? null)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Names whose copies they are: those of one credential at one server. 64 hexadecimal digits. */
export function toOwnerId({ source, baseUrl, credentialId }: Owner): string {
  return createHash('sha256')
    .update(JSON.stringify([source, baseUrl, credentialId]))
    .digest('hex');
}

/**
 * Creates the function that names a credential without giving it away: an HMAC under a secret of this installation, as a
 * plain hash could be tried against known keys. No credential is `anonymous`.
 */
export function createCredentialDigest(secret: Uint8Array): (credential: string | undefined) => string {
  return (credential) =>
    credential === undefined
      ? 'anonymous'
      : createHmac('sha256', secret).update(credential).digest('hex').slice(0, 32);
}
