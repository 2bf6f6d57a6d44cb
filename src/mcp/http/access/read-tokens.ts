import { readFileSync, type Stats, statSync } from 'node:fs';
import { isTokenName } from '../../../access-token.ts';

export interface StoredToken {
  readonly name: string;
  /** SHA-256 of the token. */
  readonly hash: Buffer;
}

export interface ReadTokens {
  readonly tokens: readonly StoredToken[];
  /** What is wrong with the file, in a sentence each. No line is shown: somebody may have written a token into it. */
  readonly faults: readonly string[];
  /** What `printOf` says of the file. */
  readonly print: string;
  /** Permission bits. */
  readonly mode: number;
}

const maxTokens = 1_000;

/** Reads the file with the hashes of tokens. Throws what the file system does. */
export function readTokens(path: string): ReadTokens {
  // First: of a change in between the print is the old one, and the next look finds it.
  const stats = statSync(path);
  const tokens: StoredToken[] = [];
  const faults: string[] = [];
  for (const [index, written] of readFileSync(path, 'utf8').split(/\r?\n/).entries()) {
    // The command that makes tokens prints the line indented.
    const line = written.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', digits = ''] = /^(\S+)\s+sha256:([0-9a-f]{64})$/.exec(line) ?? [];
    if (!isTokenName(name)) faults.push(`Line ${index + 1} is not <name> sha256:<64 digits>.`);
    else tokens.push({ name, hash: Buffer.from(digits, 'hex') });
  }
  if (tokens.length === 0) faults.push('It holds no token.');
  if (tokens.length > maxTokens) faults.push(`It holds more than ${maxTokens} tokens.`);
  return { tokens: tokens.slice(0, maxTokens), faults, print: printOf(stats), mode: stats.mode };
}

/** Tells a file from what it is after a change. */
export function printOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [ino, size, mtimeMs, ctimeMs].join(' ');
}
