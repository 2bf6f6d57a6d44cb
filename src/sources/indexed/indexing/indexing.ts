import type { CorpusReader } from '../../../corpus/corpus.ts';
import type { ErrorCode } from '../../../errors.ts';
import type { Located, SkippedFile } from '../../../origins/origin.ts';

/** One library to be read into the corpus. Plain data: it travels to the indexing child as it is. */
export interface IndexJob {
  readonly located: Located;
  /** Root of the project that it is for: what is installed there is not evicted to make room. */
  readonly projectFolder?: string | undefined;
  /** The process that it is for. Its jobs take each other's place: one that broke goes on in the next. */
  readonly holder: string;
  /** Whether it leaves the library to another process that reads it already. */
  readonly needsLease: boolean;
  /** Files that a child broke on before; they are counted as skipped and not read again. */
  readonly skip: readonly SkippedFile[];
}

/** What the parent sends to the indexing child, once. */
export interface ChildJob extends IndexJob {
  readonly corpusFile: string;
  /** Whose rows are written. */
  readonly audience: string;
  /** The child ends itself after this time, whatever it does: nobody else would if the parent died during a hang. */
  readonly lifetimeMs: number;
}

/** What the child answers. `file` comes before the file is read, so that a crash or a hang has a name. */
export type ChildMessage =
  | { readonly type: 'file'; readonly path: string; readonly done: number; readonly total: number }
  | { readonly type: 'writing' }
  | { readonly type: 'done'; readonly outcome: IndexOutcome | Held }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly what: string; readonly next: string };

/** Another process reads the library already. */
export type Held = 'held';

export interface IndexOutcome {
  /** sha256 of everything that was read. */
  readonly contentHash: string;
  /** False where the corpus had this content already, or another process has read it. */
  readonly isNew: boolean;
  readonly skipped: readonly SkippedFile[];
}

export interface JobHooks {
  readonly signal: AbortSignal;
  /** Awaited before each file. */
  readonly onFile: (path: string, done: number, total: number) => Promise<void> | void;
  /** Awaited when all files were read. */
  readonly onWriting: () => Promise<void> | void;
}

/** The corpus as this process reads it. */
export interface OpenedCorpus {
  readonly reader: CorpusReader;
  /** The file that an indexing child writes; undefined where the corpus is in this process's memory only. */
  readonly file: string | undefined;
  /** Whose rows it reads, and a child writes. */
  readonly audience: string;
  /** Runs a job in this process: where the corpus is in memory, and where no child can be started. */
  readonly indexHere: (job: IndexJob, hooks: JobHooks) => Promise<IndexOutcome | Held>;
}

/** Opens the corpus when it is first needed; always the same one. */
export type OpenCorpus = () => Promise<OpenedCorpus>;
