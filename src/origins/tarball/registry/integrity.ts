import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A hash of a tarball's bytes in the form of Subresource Integrity: `sha512-<base64>`. */
export type Integrity = string;

/** Strongest first. sha1 is all that packages published before 2017 have. */
const algorithms = ['sha512', 'sha384', 'sha256', 'sha1'] as const;
const lengths: Readonly<Record<string, number>> = { sha512: 64, sha384: 48, sha256: 32, sha1: 20 };

/** The strongest hash of a version's `dist`; `shasum` counts only where there is no `integrity`. Undefined where none is usable. */
export function readIntegrity(dist: {
  readonly integrity?: string | undefined;
  readonly shasum?: string | undefined;
}): Integrity | undefined {
  const given = (dist.integrity ?? '').split(/\s+/).filter((text) => text !== '');
  for (const algorithm of algorithms) {
    const found = given.find((text) => text.startsWith(`${algorithm}-`));
    if (found === undefined) continue;
    const digest = Buffer.from(found.slice(algorithm.length + 1), 'base64');
    if (digest.length === lengths[algorithm]) return `${algorithm}-${digest.toString('base64')}`;
  }
  if (given.length > 0 || !/^[0-9a-f]{40}$/i.test(dist.shasum ?? '')) return undefined;
  return `sha1-${Buffer.from(dist.shasum ?? '', 'hex').toString('base64')}`;
}

/** About a millisecond of work; 50 MB in one piece hold up everybody else for 60. */
const pieceBytes = 1024 * 1024;

/** Whether bytes have the hash; false for anything that is no integrity. Lets other work run in between. */
export async function hasIntegrity(bytes: Uint8Array, integrity: Integrity): Promise<boolean> {
  const algorithm = algorithms.find((name) => integrity.startsWith(`${name}-`));
  if (algorithm === undefined) return false;
  const hash = createHash(algorithm);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    hash.update(bytes.subarray(at, at + pieceBytes));
    await nextTurn();
  }
  return hash.digest('base64') === integrity.slice(algorithm.length + 1);
}
