/**
 * Outbound HTTP as one function. Every policy (deadline, quota gate, retry, breaker, attempt timeout) is a wrapper of this
 * signature, and `create-upstream.ts` shows their order.
 *
 * Resolves with any HTTP answer, also 3xx, 4xx and 5xx: what a status means is the source's to say. Rejects with a
 * `DocpinError`: `unavailable` (no connection, the body ended early or, with `retryAtMs`, an upstream that is left alone for
 * now), `timed-out`, `quota-empty`, `throttled` (a pause that is too long to wait for), `bad-answer` (too large, broken
 * encoding), `bad-config` (a key over plain HTTP), `cancelled`.
 */
export type Send = (request: UpstreamRequest) => Promise<UpstreamResponse>;

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** True for a POST that changes nothing, such as a search: it may be repeated as a GET may. */
  readonly isSafe?: boolean;
  readonly signal: AbortSignal;
  /** Names the credential that the request carries (a digest, never the key), so that one key's empty quota closes that key alone. */
  readonly credentialId: string;
  /** When the whole call must be over, in epoch milliseconds. Set by the deadline; no wait goes past it. */
  readonly deadlineAtMs?: number;
}

export interface UpstreamResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded bytes, whole. */
  readonly body: Uint8Array;
}

export interface Upstream {
  readonly send: Send;
  /** Ends every connection at once; requests under way reject. */
  close(): Promise<void>;
}
