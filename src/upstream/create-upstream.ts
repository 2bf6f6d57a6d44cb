import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { type StartTimer, startRealTimer } from '../time-limit.ts';
import { withBreaker } from './breaker/with-breaker.ts';
import { createUndiciSend, type ProxySettings, type TlsSettings } from './create-undici-send.ts';
import { type OnLimits, withLimits } from './quota/with-limits.ts';
import { withQuotaGate } from './quota/with-quota-gate.ts';
import type { Send, Upstream } from './upstream.ts';
import { withRetry } from './with-retry.ts';
import { withAttemptTimeout, withDeadline } from './with-time-limits.ts';
import { withoutPlainHttpKeys } from './without-plain-http-keys.ts';

export interface UpstreamOptions {
  /** docpin's own version, for the User-Agent. */
  readonly version: string;
  readonly proxy?: ProxySettings;
  readonly tls?: TlsSettings;
  /** Addresses that a foreign host (`UpstreamRequest.isForeignHost`) must not have. */
  readonly refusesAddress?: (address: string) => boolean;
  readonly limits?: Partial<UpstreamLimits>;
  readonly now?: () => number;
  /** 0..1 */
  readonly random?: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** For the limits of time. Real timers when left out, also where `sleep` takes no time: they end what hangs. */
  readonly startTimer?: StartTimer;
  /** Hears what the upstream says of a credential's quota. */
  readonly onLimits?: OnLimits;
  /** What sends a request once, under all the policies; undici when left out. */
  readonly socket?: Upstream;
  readonly log?: Log;
}

export interface UpstreamLimits {
  /** For the whole call. Below the 30 s after which clients give up. */
  readonly deadlineMs: number;
  /** For one attempt. Context7 says that 99.9 % of its answers come within 3.2 s. */
  readonly attemptTimeoutMs: number;
  readonly maxAttempts: number;
  /** A server that asks for a longer pause is not waited for. */
  readonly longestPauseMs: number;
  /** Counted after decoding. */
  readonly maxBodyBytes: number;
}

const usualLimits: UpstreamLimits = {
  deadlineMs: 25_000,
  attemptTimeoutMs: 8_000,
  maxAttempts: 4,
  longestPauseMs: 10_000,
  maxBodyBytes: 4 * 1024 * 1024,
};

/** Creates the connection to one upstream, with every policy around it. One per upstream: what it learns of quotas and outages is its own. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const limits = { ...usualLimits, ...options.limits };
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const log = options.log === undefined ? {} : { log: options.log };

  const startTimer = options.startTimer ?? startRealTimer;
  const socket =
    options.socket ??
    createUndiciSend({
      userAgent: `docpin/${options.version}`,
      maxBodyBytes: limits.maxBodyBytes,
      ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
      ...(options.tls === undefined ? {} : { tls: options.tls }),
      ...(options.refusesAddress === undefined ? {} : { refusesAddress: options.refusesAddress }),
    });

  // Read from the inside out: the last line is the first to see a request.
  let send: Send = socket.send;
  send = withoutPlainHttpKeys(send);
  if (options.onLimits !== undefined) send = withLimits(send, { onLimits: options.onLimits, now });
  send = withAttemptTimeout(send, { attemptTimeoutMs: limits.attemptTimeoutMs, startTimer });
  send = withBreaker(send, { now, startTimer, ...log });
  send = withRetry(send, { ...limits, now, random, sleep, ...log });
  send = withQuotaGate(send, { now });
  send = withDeadline(send, { deadlineMs: limits.deadlineMs, now, startTimer });
  return { send, close: socket.close };
}
