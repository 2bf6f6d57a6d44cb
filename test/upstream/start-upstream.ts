import { createUpstream, type UpstreamOptions } from '../../src/upstream/create-upstream.ts';
import type { Send, UpstreamRequest } from '../../src/upstream/upstream.ts';
import { type Context7StandIn, startContext7StandIn } from '../stand-ins/context7/context7-stand-in.ts';

/** A clock that moves only by what is slept. */
export interface StandStillClock {
  nowMs: number;
  readonly sleptMs: number[];
}

export interface StartedUpstream {
  readonly send: Send;
  readonly standIn: Context7StandIn;
  readonly clock: StandStillClock;
  /** A request that the stand-in answers with 200. */
  request(more?: Partial<UpstreamRequest>): UpstreamRequest;
  close(): Promise<void>;
}

/** A real upstream before a real server; sleeping takes no time and is written down. */
export async function startUpstream(options: Partial<UpstreamOptions> = {}): Promise<StartedUpstream> {
  const standIn = await startContext7StandIn();
  const clock: StandStillClock = { nowMs: Date.now(), sleptMs: [] };
  const upstream = createUpstream({
    version: '0.0.0-test',
    now: () => clock.nowMs,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      clock.sleptMs.push(ms);
      clock.nowMs += ms;
    },
    ...options,
  });
  return {
    send: upstream.send,
    standIn,
    clock,
    request: (more = {}) => ({
      method: 'GET',
      url: new URL(`${standIn.baseUrl}/v2/context?libraryId=/acme/widgets&query=stores&type=json`),
      headers: {},
      signal: new AbortController().signal,
      credentialId: 'anonymous',
      ...more,
    }),
    async close() {
      await upstream.close();
      await standIn.close();
    },
  };
}
