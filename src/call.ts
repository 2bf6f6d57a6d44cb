/** What one call carries with it through every layer: how it may be stopped, where its caller works, who listens. */
export interface CallContext {
  /** Aborted when the caller cancels or goes away; every wait and every request of the call ends with it. */
  readonly signal: AbortSignal;
  /** An absolute folder that the call names as its project. Nearer than anything else that is known. */
  readonly projectFolder?: string;
  /** Asks the client which folders it works in (absolute paths; empty when it names none). Rejects when it does not answer. */
  readonly roots?: () => Promise<readonly string[]>;
  /** Keys that the caller brought along for upstreams: used, and what they fetch kept, for this caller alone. Never logged. */
  readonly credentials?: CallerCredentials;
  /** How long the caller will wait for slow work such as indexing; 20 s when left out, because clients give up soon after. */
  readonly maxWaitMs?: number;
  /** Told of slow work while it goes on. Must not throw. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface CallerCredentials {
  readonly context7Key?: string;
  readonly contextRepoKey?: string;
}

export interface Progress {
  /** Units done so far; only ever grows within one call. */
  readonly done: number;
  /** Units in all, when known. */
  readonly total?: number;
  /** What is being done, in a few words. */
  readonly message: string;
}
