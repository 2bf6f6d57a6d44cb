import { toDocpinError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Ask } from './create-ask.ts';
import type { ContextRepoCredential } from './credential.ts';
import type { Scope } from './operations.ts';
import type { WireUser } from './wire.ts';

/** What a credential may do. */
export interface Access {
  readonly scopes: readonly Scope[];
  /** When it was read, in epoch milliseconds. */
  readonly readAtMs: number;
}

export interface AccessBook {
  /**
   * What a credential may do, asked once for each; undefined where that cannot be found out soon (the server decides then).
   * Rejects with `unauthorized` where Context Repo does not know the credential.
   */
  read(credential: ContextRepoCredential): Promise<Access | undefined>;
  /** Asks anew the next time. */
  forget(credential: ContextRepoCredential): void;
}

export interface AccessBookOptions {
  readonly ask: Ask;
  readonly now: () => number;
  /** Resolves after a while. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly log?: Log;
}

const allScopes: readonly Scope[] = ['prompts.read', 'prompts.write', 'documents.read', 'documents.write'];
/** A call is not held up longer by a question that the server answers in its own way too. */
const patienceMs = 1_500;
/** In an outage every call would ask. */
const pauseAfterFailureMs = 30_000;
/** A server of many callers sees many credentials; those that were asked for first are forgotten first. */
const maxCredentials = 1_000;

interface Page {
  readonly access: Promise<Access | undefined>;
  readonly askedAtMs: number;
  hasFailed: boolean;
}

/** Creates the book of what each credential may do, read from `GET /v1/user/me`. */
export function createAccessBook({ ask, now, sleep, log }: AccessBookOptions): AccessBook {
  const pages = new Map<string, Page>();

  function open(credential: ContextRepoCredential): Page {
    const known = pages.get(credential.id);
    const isOver = known?.hasFailed === true && now() - known.askedAtMs >= pauseAfterFailureMs;
    if (known !== undefined && !isOver) return known;
    const page: Page = { access: readOnce(credential, () => page), askedAtMs: now(), hasFailed: false };
    pages.set(credential.id, page);
    for (const id of pages.keys()) {
      if (pages.size <= maxCredentials) break;
      pages.delete(id);
    }
    return page;
  }

  async function readOnce(credential: ContextRepoCredential, page: () => Page): Promise<Access | undefined> {
    try {
      // Nobody's signal ends it: others wait for the same answer.
      const user = await ask('get_user_info', {}, credential, new AbortController().signal);
      const scopes = scopesOf(user, credential);
      return scopes === undefined ? undefined : { scopes, readAtMs: now() };
    } catch (thrown) {
      const error = toDocpinError(thrown);
      log?.debug('what a Context Repo credential may do could not be read', { code: error.code });
      if (error.code === 'unauthorized') {
        if (pages.get(credential.id) === page()) pages.delete(credential.id);
        throw error;
      }
      page().hasFailed = true;
      return undefined;
    }
  }

  return {
    read: (credential) => Promise.race([open(credential).access, sleep(patienceMs).then(() => undefined)]),
    forget(credential) {
      pages.delete(credential.id);
    },
  };
}

/**
 * Undefined where the answer does not tell, or tells in words that are not those of the documentation. Tokens are restricted by
 * no scope, whatever it says.
 */
export function scopesOf(
  { permissions }: WireUser,
  { kind }: ContextRepoCredential,
): readonly Scope[] | undefined {
  if (kind === 'token') return allScopes;
  if (permissions === undefined) return undefined;
  const known = allScopes.filter((scope) => permissions.includes(scope));
  return known.length === 0 && permissions.length > 0 ? undefined : known;
}
