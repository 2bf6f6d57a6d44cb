import type { CallerCredentials } from '../call.ts';

/** Who calls over HTTP. On stdio there is one caller, the person whose process it is, and nothing of this. */
export interface Caller {
  /** Name of the token, else the address. Fit for a log line. */
  readonly name: string;
  /** Keys of upstreams that the caller brings along. */
  readonly credentials: CallerCredentials;
}

/** A call that is over, as metrics and call lines show it. Nothing of what was asked or answered is in it. */
export interface FinishedCall {
  /** Undefined on stdio. */
  readonly caller: string | undefined;
  /** A tool of docpin's, `resources/read` or `prompts/get`: never a name that a client made up. */
  readonly tool: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  readonly ms: number;
  /** Estimated tokens of the answer, where it has a budget. */
  readonly tokens: number | undefined;
}
