import { isIP } from 'node:net';
import * as z from 'zod';

/** A switch: true, false, 1 or 0. */
export const flag = z.preprocess(
  (value) => (value === '1' || value === 'true' ? true : value === '0' || value === 'false' ? false : value),
  z.boolean('must be true or false'),
);
/** A whole number, also as text of digits. */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
    z
      .int(`must be a whole number from ${min} to ${max}`)
      .min(min, `must be at least ${min}`)
      .max(max, `must be at most ${max}`),
  );
/** Words of a fixed set, separated by commas. */
export const list = <T extends string>(words: readonly [T, ...T[]]) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((word) => word.trim()) : value),
    z
      .array(z.enum(words, `may hold ${words.join(', ')}, separated by commas`))
      .min(1, 'must name at least one'),
  );
/** Entries of one kind, separated by commas. */
const entries = (isOne: (entry: string) => boolean, message: string) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((entry) => entry.trim()) : value),
    z.array(z.string().refine(isOne, message)),
  );
const name = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;
/** An address or a name of this or another machine. */
export const host = z
  .string()
  .refine(
    (text) => (isIP(text) !== 0 || name.test(text)) && URL.canParse(`http://${inUrl(text)}`),
    'must be an IP address or a host name',
  );
/** As it stands in a URL. */
export function inUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
/** Names as they stand in a `Host` header, without ports, or `*`. */
export const hostNames = entries(
  (text) => text === '*' || name.test(text) || (/^\[.*\]$/.test(text) && isIP(text.slice(1, -1)) === 6),
  'may hold host names without ports, separated by commas, or *',
).transform((names) => names.map((text) => text.toLowerCase()));
/** Origins as browsers write them. */
export const origins = entries(
  (text) => /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/.test(text),
  'may hold origins such as https://app.example, in lower case and without a path, separated by commas',
);
/** Addresses, and networks as 10.0.0.0/8. */
export const networks = entries((text) => {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}, 'may hold addresses and networks such as 10.0.0.0/8, separated by commas');
/** An http or https base URL without credentials, query or fragment. */
export const httpUrl = z.string().superRefine((value, context) => {
  const fault = faultOfUrl(value);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});
/** A credential as sent in a header. Its text is never shown, not even when it is refused. */
const credential = (maxLength: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[\\x21-\\x7e]{8,${maxLength}}$`),
      `must be 8 to ${maxLength.toLocaleString('en-US')} visible ASCII characters without spaces`,
    )
    .refine(
      (value) => !/^\$\{?\w+\}?$/.test(value),
      'is the name of a variable, not its value: the client did not fill it in',
    );
export const apiKey = credential(500);
/** `gm_<publicId>_<secret>`; how long its parts are and of which letters is not documented. */
export const contextRepoKey = apiKey.pipe(
  z.string().regex(/^gm_[^_]+_.+$/, 'must have the form gm_<publicId>_<secret>'),
);
/** Session tokens are long. */
export const bearerToken = credential(8_000);
/** A path. */
export const folder = z
  .string()
  .min(1, 'must not be empty')
  .max(4_096, 'is too long')
  .refine((value) => !value.includes('\0'), 'must not hold a NUL character');

function faultOfUrl(value: string): string | undefined {
  if (!URL.canParse(value)) return 'is not a URL such as https://context7.com/api';
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.search !== '' || url.hash !== '') return 'must not hold a query or a fragment';
  return undefined;
}
