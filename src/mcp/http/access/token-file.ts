import { timingSafeEqual } from 'node:crypto';
import { readFileSync, type Stats, statSync } from 'node:fs';
import { hashAccessToken, isAccessToken, isTokenName } from '../../../access-token.ts';
import { DocpinError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';

export interface TokenFileOptions {
  readonly path: string;
  readonly log: Log;
  /** Milliseconds of a clock that is never set back. */
  readonly nowMs: () => number;
}

export interface TokenFile {
  /** Whose token it is; undefined for one that is not in the file. */
  nameOf(token: string): string | undefined;
  /** `kept`: the file is not as it should be, and what it held before counts. `lost`: it is gone, and no token counts. */
  state(): 'read' | 'kept' | 'lost';
}

interface Entry {
  readonly name: string;
  readonly hash: Buffer;
}

/** A token that was taken out of the file is refused after this time. */
const checkEveryMs = 1_000;
/** Editors and deployments take a file away for a moment; one that stays away has been taken away on purpose. */
const graceMs = 60_000;
const maxTokens = 1_000;

/**
 * Reads the file with the hashes of the tokens, and again whenever it has changed. Throws `bad-config` when it cannot be used now;
 * one that becomes unusable later is logged, and what it held before counts on.
 */
export function openTokenFile({ path, log, nowMs }: TokenFileOptions): TokenFile {
  let entries = load(path);
  let print = printOf(statSync(path));
  let checkedAtMs = nowMs();
  let missingSinceMs: number | undefined;
  let isFaulty = false;
  warnOfReaders(path, log);

  function refresh(): void {
    if (nowMs() - checkedAtMs < checkEveryMs) return;
    checkedAtMs = nowMs();
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) {
      if (missingSinceMs === undefined)
        log.error('the token file is gone; its tokens count for another minute', { path });
      missingSinceMs ??= nowMs();
      return;
    }
    missingSinceMs = undefined;
    const found = printOf(stats);
    if (found === print) return;
    print = found;
    try {
      entries = load(path);
      isFaulty = false;
      log.info('the token file was read again', { path, tokens: entries.length });
      warnOfReaders(path, log);
    } catch (thrown) {
      isFaulty = true;
      log.error('the token file was changed and cannot be used; the tokens from before count on', {
        reason: thrown instanceof Error ? thrown.message : String(thrown),
      });
    }
  }

  function state(): ReturnType<TokenFile['state']> {
    refresh();
    if (missingSinceMs === undefined) return isFaulty ? 'kept' : 'read';
    return nowMs() - missingSinceMs > graceMs ? 'lost' : 'kept';
  }

  return {
    state,
    nameOf(token) {
      if (!isAccessToken(token) || state() === 'lost') return undefined;
      const hash = hashAccessToken(token);
      let name: string | undefined;
      // Every one, also after a match: how long it takes says nothing about which one it was.
      for (const entry of entries) if (timingSafeEqual(entry.hash, hash)) name = entry.name;
      return name;
    },
  };
}

function load(path: string): readonly Entry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw badFile(`The token file ${path} cannot be read (${code}).`, cause);
  }
  const entries: Entry[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name = '', digits = ''] = /^(\S+)\s+sha256:([0-9a-f]{64})\s*$/.exec(line) ?? [];
    // The line itself is not shown: somebody may have written a token into it.
    if (!isTokenName(name))
      throw badFile(`Line ${index + 1} of the token file ${path} is not <name> sha256:<64 digits>.`);
    entries.push({ name, hash: Buffer.from(digits, 'hex') });
  }
  if (entries.length === 0) throw badFile(`The token file ${path} holds no token.`);
  if (entries.length > maxTokens)
    throw badFile(`The token file ${path} holds more than ${maxTokens} tokens.`);
  return entries;
}

function printOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [ino, size, mtimeMs, ctimeMs].join(' ');
}

/** It holds no secrets, but whoever may write it lets themselves in. */
function warnOfReaders(path: string, log: Log): void {
  const { mode } = statSync(path);
  if (process.platform === 'win32' || (mode & 0o027) === 0) return;
  log.warn('the token file can be read or written by others; run chmod 600 on it', {
    path,
    mode: (mode & 0o777).toString(8),
  });
}

function badFile(what: string, cause?: unknown): DocpinError {
  return new DocpinError(
    'bad-config',
    {
      what,
      next: 'Make tokens with `docpin token new <name>` and put the lines that it prints into the file.',
    },
    { cause },
  );
}
