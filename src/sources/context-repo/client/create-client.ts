import type { CallContext } from '../../../call.ts';
import { DocpinError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import { createAccessBook } from './access.ts';
import { lacksScope, lentForReading, noCredential } from './context-repo-error.ts';
import { type AskOptions, createAsk, type Parameters } from './create-ask.ts';
import type { ContextRepoCredential } from './credential.ts';
import type { Epochs } from './epochs.ts';
import { type AnswerOf, covers, type Operation, type OperationName, operationOf } from './operations.ts';

export interface ClientOptions extends AskOptions {
  /** Whose call it is: the key that a caller brought along, else the operator's where the call may use it. */
  readonly credentialOf: (call: CallContext) => ContextRepoCredential | undefined;
  /** Resolves after a while. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly epochs: Epochs;
  readonly log?: Log;
}

/** The Context Repo API for one call's credential. Nothing is cached here. */
export interface ContextRepoClient {
  /**
   * Does one operation. Reads are repeated where that may help, writes are tried once. Rejects with a `DocpinError`: without a
   * request where the credential is known to lack the scope.
   */
  run<Name extends OperationName>(
    name: Name,
    parameters: Parameters,
    call: CallContext,
  ): Promise<AnswerOf<Name>>;
  /**
   * Whether the call has a credential that may do an operation; true where that is not known, as the server decides then. Rejects
   * with `unauthorized` where Context Repo does not know the credential.
   */
  mayRun(name: OperationName, call: CallContext): Promise<boolean>;
  credentialOf(call: CallContext): ContextRepoCredential | undefined;
  /** Changes when what was got with a credential before must not be served again: it was refused, or it has written. */
  epochOf(credential: ContextRepoCredential): Promise<string>;
}

/** A refusal that is older is asked for again, as scopes are given and taken in the dashboard at any time. */
const refusalMs = 5 * 60_000;

/** Creates the client over the upstreams for reads and for writes. */
export function createContextRepoClient(options: ClientOptions): ContextRepoClient {
  const { credentialOf, epochs, now } = options;
  const ask = createAsk(options);
  const book = createAccessBook({ ...options, ask });

  async function isKnownToLack(operation: Operation, credential: ContextRepoCredential): Promise<boolean> {
    const access = await book.read(credential);
    if (access === undefined || covers(access.scopes, operation.scopes)) return false;
    if (now() - access.readAtMs < refusalMs) return true;
    book.forget(credential);
    return isKnownToLack(operation, credential);
  }

  /** Runs what asks the server, and learns from its refusals. */
  async function asking<T>(credential: ContextRepoCredential, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const code = thrown instanceof DocpinError ? thrown.code : undefined;
      if (code === 'unauthorized') await epochs.begin(credential);
      if (code === 'unauthorized' || code === 'forbidden') book.forget(credential);
      throw thrown;
    }
  }

  async function run<Name extends OperationName>(
    name: Name,
    parameters: Parameters,
    call: CallContext,
  ): Promise<AnswerOf<Name>> {
    const operation = operationOf(name);
    if (operation.scopes === 'public') return ask(name, parameters, undefined, call.signal);
    const credential = credentialOf(call);
    if (credential === undefined)
      throw noCredential({ operation }, { isOverHttp: call.credentials !== undefined });
    if (!isLentFor(operation, credential)) throw lentForReading({ operation });
    const isRefused =
      operation.scopes !== 'any credential' &&
      (await asking(credential, () => isKnownToLack(operation, credential)));
    if (isRefused) throw lacksScope({ operation, credential });
    try {
      return await asking(credential, () => ask(name, parameters, credential, call.signal));
    } finally {
      // Also after a failure, as a write that failed may have been done.
      if (operation.effect !== 'read') await epochs.begin(credential);
    }
  }

  return {
    run,
    async mayRun(name, call) {
      const operation = operationOf(name);
      const credential = credentialOf(call);
      if (credential === undefined || !isLentFor(operation, credential)) return false;
      const access = await asking(credential, () => book.read(credential));
      return access === undefined || covers(access.scopes, operation.scopes);
    },
    credentialOf,
    epochOf: epochs.of,
  };
}

function isLentFor({ effect }: Operation, { isLent = false }: ContextRepoCredential): boolean {
  return !isLent || effect === 'read';
}
