const maxQueryLength = 500;
/** Nobody asks in more; a cap before the patterns bounds what they can cost. */
const maxReadLength = 8_000;
const minSecretLength = 4;
const mark = '[redacted]';

/** Tokens that say what they are by their prefix. Each has one run of characters, so that matching stays linear. */
const prefixedTokens: readonly RegExp[] = [
  /\bctx7sk[-_][\w-]{3,}/g,
  /\bgm_[A-Za-z0-9]{4,}_[\w-]{8,}/g,
  /\bsk-[\w-]{12,}/g,
  /\b[prs]k_(?:live|test)_\w{8,}/g,
  /\bgh[oprsu]_\w{16,}/g,
  /\bgithub_pat_\w{16,}/g,
  /\bgl(?:pat|dt|rt|cbt|ptt|soat)-[\w-]{8,}/g,
  /\bnpm_\w{16,}/g,
  /\bpypi-[\w-]{16,}/g,
  /\bxox[a-z]-[\w-]{8,}/g,
  /\bxapp-[\w-]{8,}/g,
  /\bhf_\w{16,}/g,
  /\bAIza[\w-]{30,}/g,
  /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}/g,
  /\beyJ[\w-]{5,2000}\.[\w-]{5,4000}(?:\.[\w-]{0,2000})?/g,
];
const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;
const urlCredentials = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@]{1,300}@/gi;
const authorizationHeader =
  /\b(authorization["']?\s{0,5}[:=]\s{0,5}["']?(?:bearer|basic|token)\s{1,5})[^\s"',;]{1,4000}/gi;
const schemeAndToken = /\b(bearer|basic)(\s{1,5})([\w.~+/=-]{6,4000})/gi;
const assignment =
  /\b([\w-]{0,40}(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)["']?\s{0,5}[:=]\s{0,5})("[^"\n]{1,1000}"?|'[^'\n]{1,1000}'?|[^\s"',;)}\]]{1,1000})/gi;
/** What stands after `password:` in types and in code that reads a secret from elsewhere. */
const noSecret =
  /^(?:string|number|boolean|unknown|any|null|undefined|true|false|none|required|z\.|process\.env|import\.meta|os\.|env[.(])/i;

/**
 * Makes a query fit to leave the machine: secrets (the given ones by value, others by their common forms) become
 * `[redacted]`, white space becomes single spaces, and at most 500 characters remain, never ending in half a character.
 */
export function toOutboundQuery(query: string, secrets: readonly string[] = []): string {
  let text = query;
  for (const secret of secrets) if (secret.length >= minSecretLength) text = text.replaceAll(secret, mark);
  text = redactForms(text.slice(0, maxReadLength));
  return cutAt(text.replace(/\s+/g, ' ').trim(), maxQueryLength).trimEnd();
}

function redactForms(query: string): string {
  let text = query
    .replace(privateKey, mark)
    .replace(urlCredentials, `$1${mark}@`)
    .replace(authorizationHeader, `$1${mark}`)
    .replace(schemeAndToken, (whole: string, scheme: string, space: string, token: string) =>
      looksRandom(token) ? `${scheme}${space}${mark}` : whole,
    );
  for (const form of prefixedTokens) text = text.replace(form, mark);
  return text.replace(assignment, (whole: string, name: string, value: string) =>
    noSecret.test(value) ? whole : `${name}${mark}`,
  );
}

/** "bearer authentication" is a subject to ask about, "Bearer mF_9.B5f-4.1JqM" is a key. */
function looksRandom(token: string): boolean {
  return /[\d_=+/]/.test(token) || token.length > 24;
}

function cutAt(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? length - 1 : length);
}
