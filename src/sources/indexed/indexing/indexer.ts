import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Progress } from '../../../call.ts';
import { cancelledError, DocpinError, toDocpinError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Located, SkippedFile } from '../../../origins/origin.ts';
import { limitConcurrency } from '../limit-concurrency.ts';
import type { Held, IndexJob, IndexOutcome, OpenCorpus } from './indexing.ts';
import { runChild } from './run-child.ts';
import { pollMs, waitForOthers } from './wait-for-others.ts';
import { type FilesFrom, withFiles } from './with-files.ts';

export interface IndexerOptions {
  /** The built indexing child. */
  readonly childFile: URL | string;
  readonly openCorpus: OpenCorpus;
  readonly log: Log;
  readonly now: () => number;
  /** How long one caller waits; 20 s when left out. */
  readonly waitMs?: number;
  /** How long one child may take; 60 s when left out. */
  readonly childTimeoutMs?: number;
  /** How long one file may take; 10 s when left out. */
  readonly fileTimeoutMs?: number;
}

export interface IndexOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** How long this caller waits; the indexer's own limit when left out. */
  readonly waitMs?: number | undefined;
  /** Root of the project that it is for; libraries that are installed there are not evicted for this one. */
  readonly projectFolder?: string | undefined;
  /** Has the files, where they are not on this machine already. */
  readonly origin?: FilesFrom | undefined;
}

export interface Indexed extends IndexOutcome {
  /** What was read: another state of the place than was asked for, where the origin found so when it brought the files. */
  readonly read: Located;
}

export interface Indexer {
  /**
   * Brings a library's files here and reads them into the corpus. Callers for the same place share one run. One that waited 20 s
   * gets `still-indexing` and the run goes on; one that goes away ends it only when nobody else waits and nobody was told that it
   * goes on. However a run ends, the files that were brought are let go of.
   */
  index(located: Located, options: IndexOptions): Promise<Indexed>;
  /** Kills what is running. */
  close(): Promise<void>;
}

type Asked = Pick<IndexJob, 'located' | 'projectFolder'> & { readonly origin: FilesFrom };

interface Flight {
  readonly outcome: Promise<Indexed>;
  readonly stop: AbortController;
  readonly listeners: Set<(progress: Progress) => void>;
  waiting: number;
  isPromised: boolean;
}

/** Downloads count, too: a tarball has up to 50 MiB, which are in memory first and in a file then. */
const maxLibraries = 2;
const maxRestarts = 5;
/** The reading itself broke: the same files break it again. */
class ReadingError extends DocpinError {}

/** Without it, asking again after "still indexing" would begin what has just failed anew, and never hear of the failure. */
const rememberFailureMs = 60_000;
/** The parent's own timer comes first; the child's ends what a dead parent left behind. */
const lifetimeSlackMs = 5_000;

/** Creates the parent side of indexing: at most two libraries at a time, each brought here and read by a child. */
export function createIndexer(options: IndexerOptions): Indexer {
  const { waitMs = 20_000, childTimeoutMs = 60_000, fileTimeoutMs = 10_000, log, now } = options;
  const flights = new Map<string, Flight>();
  const failures = new Map<string, { readonly error: DocpinError; readonly atMs: number }>();
  const limit = limitConcurrency(maxLibraries);
  const holder = randomUUID();
  let isClosed = false;

  async function run({ origin, ...asked }: Asked, flight: Omit<Flight, 'outcome'>): Promise<Indexed> {
    let { located } = asked;
    const { signal } = flight.stop;
    const { reader } = await options.openCorpus();
    const onWaiting = () => {
      log.debug('Another process reads the same.', { library: located.name });
      const message = `Another docpin process is reading the docs of ${located.name}`;
      for (const tell of flight.listeners) tell({ done: 0, message });
    };
    const giveUpAt = performance.now() + childTimeoutMs;
    for (;;) {
      const maxWaitMs = giveUpAt - performance.now();
      const found = await waitForOthers(located, { reader, holder, maxWaitMs, signal, onWaiting });
      if (found !== undefined)
        return {
          contentHash: found.contentHash,
          isNew: false,
          skipped: found.coverage.skipped,
          read: located,
        };
      const needsLease = performance.now() < giveUpAt;
      const outcome = await limit(() =>
        withFiles(asked.located, { origin, signal, log }, (ready) => {
          located = ready;
          return read({ ...asked, located, holder, needsLease }, flight);
        }),
      );
      if (outcome !== 'held') return { ...outcome, read: located };
      // It was taken between the look at it and the start of the child.
      await wait(pollMs, undefined, { signal });
    }
  }

  async function read(
    asked: Omit<IndexJob, 'skip'>,
    flight: Omit<Flight, 'outcome'>,
  ): Promise<IndexOutcome | Held> {
    const { located } = asked;
    const skip: SkippedFile[] = [];
    const onFile = (path: string, done: number, total: number) => {
      log.debug('Reading a file of docs.', { library: located.name, path });
      const message = `Reading the docs of ${located.name}`;
      for (const tell of flight.listeners) tell({ done, total, message });
    };
    const { signal } = flight.stop;
    const { file: corpusFile, audience, indexHere } = await options.openCorpus();
    const here = () => indexHere({ ...asked, skip }, { signal, onFile, onWriting: () => undefined });
    if (corpusFile === undefined) return here();
    for (let starts = 0; starts <= maxRestarts; starts += 1) {
      signal.throwIfAborted();
      const lifetimeMs = childTimeoutMs + lifetimeSlackMs;
      const job = { ...asked, skip, corpusFile, audience, lifetimeMs };
      const end = await runChild(job, {
        childFile: options.childFile,
        fileTimeoutMs,
        childTimeoutMs,
        signal,
        onFile,
        onStderr: (text) => log.debug('The indexing child wrote.', { library: located.name, text }),
      });
      switch (end.type) {
        case 'done':
          return end.outcome;
        case 'failed':
          throw end.error;
        case 'stopped':
          throw cancelledError();
        case 'too-slow':
          throw failed(located, `took longer than ${Math.round(childTimeoutMs / 1_000)} s`);
        case 'unavailable':
          log.warn('No child process can be started; the docs are read in this one.', {
            why: String(end.cause),
          });
          return here();
        case 'broken':
          if (end.path === undefined) throw failed(located, 'ended early');
          log.warn('A file of docs is left out.', { library: located.name, path: end.path, why: end.why });
          skip.push({ path: end.path, why: end.why });
      }
    }
    throw failed(located, `broke on ${skip.length} files`);
  }

  function takeOff(key: string, asked: Asked): Flight {
    const base = { stop: new AbortController(), listeners: new Set<(progress: Progress) => void>() };
    const state = { ...base, waiting: 0, isPromised: false };
    const outcome = run(asked, state);
    const flight: Flight = Object.assign(state, { outcome });
    flights.set(key, flight);
    outcome
      .catch((thrown) => {
        const error = toDocpinError(thrown);
        if (isRemembered(error, flight)) failures.set(key, { error, atMs: now() });
      })
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
    return flight;
  }

  function recentFailure(key: string): DocpinError | undefined {
    for (const [other, { atMs }] of failures) if (now() - atMs > rememberFailureMs) failures.delete(other);
    const error = failures.get(key)?.error;
    // What may have passed by now (a full disk, a lock) is told once, and the next call tries again.
    if (!(error instanceof ReadingError)) failures.delete(key);
    return error;
  }

  async function index(located: Located, asked: IndexOptions): Promise<Indexed> {
    const { signal, onProgress, projectFolder, origin = {} } = asked;
    if (signal.aborted || isClosed) throw cancelledError(signal.reason);
    const key = `${located.location} ${located.stamp}`;
    const failure = recentFailure(key);
    if (failure !== undefined) throw failure;
    const flight = flights.get(key) ?? takeOff(key, { located, projectFolder, origin });
    const listener = onProgress === undefined ? undefined : growing(onProgress);
    if (listener !== undefined) flight.listeners.add(listener);
    flight.waiting += 1;
    try {
      return await waitFor(flight, located, { signal, waitMs: asked.waitMs ?? waitMs });
    } finally {
      flight.waiting -= 1;
      if (listener !== undefined) flight.listeners.delete(listener);
      if (flight.waiting === 0 && !flight.isPromised && flights.get(key) === flight) {
        flights.delete(key);
        flight.stop.abort();
      }
    }
  }

  function waitFor(
    flight: Flight,
    located: Located,
    { signal, waitMs }: { readonly signal: AbortSignal; readonly waitMs: number },
  ): Promise<Indexed> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        flight.isPromised = true;
        settle(() => reject(stillIndexing(located)));
      }, waitMs);
      const onAbort = () => settle(() => reject(cancelledError(signal.reason)));
      function settle(act: () => void): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        act();
      }
      signal.addEventListener('abort', onAbort, { once: true });
      flight.outcome.then(
        (outcome) => settle(() => resolve(outcome)),
        (thrown) => settle(() => reject(toDocpinError(thrown))),
      );
    });
  }

  return {
    index,
    async close() {
      isClosed = true;
      const open = [...flights.values()];
      for (const flight of open) flight.stop.abort();
      await Promise.allSettled(open.map((flight) => flight.outcome));
    },
  };
}

/** A child that was started again counts from the beginning; a caller's progress only grows. */
function growing(tell: (progress: Progress) => void): (progress: Progress) => void {
  let most = -1;
  return (progress) => {
    if (progress.done <= most) return;
    most = progress.done;
    tell(progress);
  };
}

/** What may pass is kept only for a caller who was told to ask again and has not heard of it. */
function isRemembered(error: DocpinError, { isPromised, waiting }: Flight): boolean {
  if (error.code === 'cancelled') return false;
  return error instanceof ReadingError || (isPromised && waiting === 0);
}

function stillIndexing({ name, version }: Located): DocpinError {
  return new DocpinError('still-indexing', {
    what: `The docs of ${name}@${version} are still being read.`,
    next: 'Ask the same again in a few seconds.',
  });
}

function failed({ name, version }: Located, how: string): DocpinError {
  return new ReadingError('indexing-failed', {
    what: `Reading the docs of ${name}@${version} ${how}.`,
    next: 'Read the files in its package folder directly, or run docpin with `--log-level debug` and report what it prints.',
  });
}
