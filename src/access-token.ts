import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: nobody guesses one, so a plain hash is enough to keep it by, and no slow one that costs the server time. */
const tokenForm = /^docpin_[A-Za-z0-9_-]{43}$/;
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Makes an access token of the HTTP server. It is shown once; what is kept is its hash. */
export function makeAccessToken(): string {
  return `docpin_${randomBytes(32).toString('base64url')}`;
}

/** The SHA-256 of a token. */
export function hashAccessToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Whether a text is of the form of docpin's tokens. One of another form was not made by docpin, and may be easy to guess. */
export function isAccessToken(text: string): boolean {
  return tokenForm.test(text);
}

/** Whether a token may have this name: it stands in logs. */
export function isTokenName(name: string): boolean {
  return nameForm.test(name);
}

/** The line of a token file. */
export function tokenLine(name: string, hash: Uint8Array): string {
  return `${name} sha256:${Buffer.from(hash).toString('hex')}`;
}
