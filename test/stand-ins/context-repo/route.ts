import type { Answer } from '../fault-engine/exchange.ts';
import type { Account } from './account.ts';
import type { Caller, Scope } from './credentials.ts';
import type { Field } from './fields.ts';
import type { Family } from './rate-limits.ts';

/** What a handler is given: a request that the contract allows. */
export interface Call {
  readonly account: Account;
  readonly caller: Caller;
  /** The id in the path; empty where there is none. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  /** Checked field by field before a handler sees it. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly now: () => number;
  readonly options: StandInChoices;
}

/** What the contract leaves open, for tests to try each way. */
export interface StandInChoices {
  /** Where a revision conflict says so. */
  readonly mismatchIn: 'message' | 'details' | 'code';
  /** What a search does with a session that is over. */
  readonly expiredSession: 'refused' | 'ignored';
  /** Whether the rows of documents and their heads tell the revision. */
  readonly tellsRevision: boolean;
  /** The largest `limit` that a search takes. */
  readonly maxSearchLimit: number;
  /** Answers as the contract allows them and as nobody expects them: see `oddly`. */
  readonly isOdd: boolean;
}

export interface Route {
  /** As the clients call it, such as `get_document`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{id}` where the id stands. */
  readonly path: string;
  /** One of these is needed. */
  readonly scopes: readonly Scope[] | 'any caller' | 'public';
  readonly family: Family;
  readonly query?: Readonly<Record<string, Field>>;
  readonly body?: Readonly<Record<string, Field>>;
  handle(call: Call): Answer;
}
