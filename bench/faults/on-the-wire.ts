import { setTimeout as delay } from 'node:timers/promises';
import { createUpstream } from '../../src/upstream/create-upstream.ts';
import {
  type Context7StandIn,
  startContext7StandIn,
} from '../../test/stand-ins/context7/context7-stand-in.ts';
import { commonFaults } from '../../test/stand-ins/context7/faults.ts';
import type { Fault } from '../../test/stand-ins/fault-engine/fault.ts';
import { createSeededRandom } from '../../test/stand-ins/fault-engine/seeded-random.ts';
import { askMany, type Sum, sumUp } from './ask-many.ts';

/** Long enough for an answer of the stand-in on a busy machine. */
const attemptTimeoutMs = 300;
/** Pauses between attempts are that much shorter than they are for users. */
const pauseShare = 1 / 20;

/** Cold queries over real sockets to the stand-in, one after the other, so that a seed fails the same ones each time. */
async function askOverWire(
  queries: number,
  seed: number,
  fail: (standIn: Context7StandIn) => void,
): Promise<Sum> {
  const standIn = await startContext7StandIn();
  fail(standIn);
  const { send, close } = createUpstream({
    version: '0.0.0-bench',
    limits: { attemptTimeoutMs },
    random: createSeededRandom(seed + 1_000_000),
    sleep: (ms, signal) => delay(ms * pauseShare, undefined, { signal }),
  });
  const url = new URL(`${standIn.baseUrl}/v2/context?libraryId=/acme/widgets&query=stores&type=json`);
  try {
    const asked = await askMany({ send, url, queries, now: performance.now.bind(performance) });
    return sumUp(asked, standIn.requests.length);
  } finally {
    await close();
    await standIn.close();
  }
}

/** While each attempt fails with that chance, in any of the common ways. */
export function wireShare(share: number, queries: number, seed: number): Promise<Sum> {
  const faults = Object.values(commonFaults);
  return askOverWire(queries, seed, (standIn) => standIn.failByChance({ share, seed, faults }));
}

/** While every attempt fails in the same way. */
export function wireOutage(fault: Fault, queries: number): Promise<Sum> {
  return askOverWire(queries, 1, (standIn) => standIn.failAlways(fault));
}
