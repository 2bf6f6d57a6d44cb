import type { Send } from '../../src/upstream/upstream.ts';
import { percentile } from '../samples.ts';

export interface AskManyOptions {
  readonly send: Send;
  readonly url: URL;
  readonly queries: number;
  readonly now: () => number;
  /** Queries that are under way at once; 1 when left out: each waits for the one before. */
  readonly atOnce?: number;
  /** Waits before each query but the first. */
  readonly pause?: () => Promise<void>;
}

/** One query as its caller saw it. */
export interface Query {
  readonly isAnswered: boolean;
  readonly startMs: number;
  readonly ms: number;
  /** True where it failed and said when to ask again: the breaker refused it. */
  readonly isRefused: boolean;
}

/** What a run of queries comes to. */
export interface Sum {
  readonly answeredShare: number;
  readonly callsPerQuery: number;
  readonly refused: number;
  readonly p99Ms: number;
  /** Of the queries that were asked once the breaker had opened; in an outage it never closes. */
  readonly slowestWhileOpenMs: number;
}

/** Asks that many cold queries and times each. */
export async function askMany(options: AskManyOptions): Promise<readonly Query[]> {
  const { send, url, queries, now, atOnce = 1, pause } = options;
  const asked: Query[] = [];
  let begun = 0;

  async function ask(): Promise<void> {
    const startMs = now();
    const outcome = await send({
      method: 'GET',
      url,
      headers: {},
      signal: new AbortController().signal,
      credentialId: 'anonymous',
    }).catch((error: unknown) => error);
    asked.push({
      isAnswered: isObject(outcome) && 'status' in outcome && outcome.status === 200,
      isRefused: isObject(outcome) && 'retryAtMs' in outcome && outcome.retryAtMs !== undefined,
      startMs,
      ms: now() - startMs,
    });
  }

  async function askOnAndOn(): Promise<void> {
    while (begun < queries) {
      begun += 1;
      if (begun > 1) await pause?.();
      await ask();
    }
  }

  await Promise.all(Array.from({ length: atOnce }, askOnAndOn));
  return asked;
}

/** Sums up queries that took that many attempts together. */
export function sumUp(queries: readonly Query[], calls: number): Sum {
  const refused = queries.filter(({ isRefused }) => isRefused);
  const openSinceMs = Math.min(...refused.map(({ startMs, ms }) => startMs + ms));
  const whileOpen = queries.filter(({ startMs }) => startMs >= openSinceMs);
  return {
    answeredShare: queries.filter(({ isAnswered }) => isAnswered).length / queries.length,
    callsPerQuery: calls / queries.length,
    refused: refused.length,
    p99Ms: percentile(
      queries.map(({ ms }) => ms),
      0.99,
    ),
    slowestWhileOpenMs: Math.max(0, ...whileOpen.map(({ ms }) => ms)),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
