import { timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';
import { hashAccessToken, isAccessToken } from '../../../access-token.ts';
import { DocpinError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import { printOf, type ReadTokens, readTokens } from './read-tokens.ts';

export interface TokenFileOptions {
  readonly path: string;
  readonly log: Log;
  /** Milliseconds of a clock that is never set back. */
  readonly nowMs: () => number;
}

export interface TokenFile {
  /** Whose token it is; undefined for one that is not in the file. */
  nameOf(token: string): string | undefined;
  /**
   * `faulty`: there are lines that could not be read, or no tokens; those that could be read count. `kept`: it cannot be read, and
   * what it held before counts for a minute; `lost`: for longer, and no token counts.
   */
  state(): 'read' | 'faulty' | 'kept' | 'lost';
}

/** A token that was taken out of the file is refused after this time. */
const checkEveryMs = 1_000;
/** Editors and deployments take a file away for a moment; one that stays away has been taken away on purpose. */
const graceMs = 60_000;

/**
 * Reads the file with the hashes of the tokens, and again whenever it has changed: then what it does not hold counts no more, also
 * where it is empty or another line of it is faulty. Throws `bad-config` when there is anything wrong with it now.
 */
export function openTokenFile({ path, log, nowMs }: TokenFileOptions): TokenFile {
  let current = readFirst(path);
  let checkedAtMs = nowMs();
  /** When the file was there the last time. */
  let seenAtMs = checkedAtMs;
  let isReadable = true;
  warnOfReaders(current, path, log);

  function refresh(): void {
    if (nowMs() - checkedAtMs < checkEveryMs) return;
    checkedAtMs = nowMs();
    try {
      const isChanged = printOf(statSync(path)) !== current.print;
      if (isChanged) current = readTokens(path);
      seenAtMs = checkedAtMs;
      isReadable = true;
      if (!isChanged) return;
      log.info('the token file was read again', { path, tokens: current.tokens.length });
      for (const fault of current.faults)
        log.error('the token file was changed and is not as it should be', { path, fault });
      warnOfReaders(current, path, log);
    } catch (thrown) {
      if (isReadable)
        log.error('the token file cannot be read; its tokens count for another minute', {
          path,
          reason: codeOf(thrown),
        });
      isReadable = false;
    }
  }

  function state(): ReturnType<TokenFile['state']> {
    refresh();
    if (isReadable) return current.faults.length > 0 ? 'faulty' : 'read';
    return nowMs() - seenAtMs > graceMs ? 'lost' : 'kept';
  }

  return {
    state,
    nameOf(token) {
      if (!isAccessToken(token) || state() === 'lost') return undefined;
      const hash = hashAccessToken(token);
      let name: string | undefined;
      // Every one, also after a match: how long it takes says nothing about which one it was.
      for (const stored of current.tokens) if (timingSafeEqual(stored.hash, hash)) name = stored.name;
      return name;
    },
  };
}

function readFirst(path: string): ReadTokens {
  try {
    const found = readTokens(path);
    const [fault] = found.faults;
    if (fault !== undefined) throw badFile(`The token file ${path} cannot be used. ${fault}`);
    return found;
  } catch (thrown) {
    if (thrown instanceof DocpinError) throw thrown;
    throw badFile(`The token file ${path} cannot be read (${codeOf(thrown)}).`, thrown);
  }
}

function codeOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? 'unknown error';
}

/** It holds no secrets, but whoever may write it lets themselves in. */
function warnOfReaders({ mode }: ReadTokens, path: string, log: Log): void {
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
