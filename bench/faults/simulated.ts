import { createUpstream } from '../../src/upstream/create-upstream.ts';
import { commonFaults } from '../../test/stand-ins/context7/faults.ts';
import type { Fault } from '../../test/stand-ins/fault-engine/fault.ts';
import { createSeededRandom } from '../../test/stand-ins/fault-engine/seeded-random.ts';
import { type AskManyOptions, askMany, type Sum, sumUp } from './ask-many.ts';
import { createSimulatedSocket, type SimulatedSocket } from './simulated-socket.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** How queries follow each other. */
export interface Pace {
  readonly atOnce?: number;
  /** Between the end of one query and the next. */
  readonly everyMs?: number;
}

interface Stack extends Pick<AskManyOptions, 'send' | 'url' | 'now'> {
  readonly clock: VirtualClock;
  readonly socket: SimulatedSocket;
}

const never = new AbortController().signal;

/** The real upstream with its usual limits; only the socket and the clock are not. */
function createStack(seed: number): Stack {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed + 1_000_000);
  const socket = createSimulatedSocket(clock, random);
  const { now, sleep, startTimer } = clock;
  const { send } = createUpstream({ version: '0.0.0-bench', now, sleep, startTimer, random, socket });
  return { clock, socket, send, now, url: new URL('https://docs.example/api/v2/context') };
}

function paced(clock: VirtualClock, { atOnce = 1, everyMs }: Pace): Pick<AskManyOptions, 'atOnce' | 'pause'> {
  return everyMs === undefined ? { atOnce } : { atOnce, pause: () => clock.sleep(everyMs, never) };
}

/** Cold queries while each attempt fails with that chance, in any of the common ways. */
export async function simulateShare(
  share: number,
  queries: number,
  seed: number,
  pace: Pace = {},
): Promise<Sum & { readonly share: number; readonly seed: number }> {
  const { clock, socket, ...stack } = createStack(seed);
  socket.failByChance({ share, seed, faults: Object.values(commonFaults) });
  const asked = await clock.until(askMany({ ...stack, queries, ...paced(clock, pace) }));
  return { share, seed, ...sumUp(asked, socket.calls) };
}

/** Cold queries while every attempt fails in the same way. */
export async function simulateOutage(fault: Fault, queries: number, pace: Pace): Promise<Sum> {
  const { clock, socket, ...stack } = createStack(1);
  socket.failAlways(fault);
  const asked = await clock.until(askMany({ ...stack, queries, ...paced(clock, pace) }));
  return sumUp(asked, socket.calls);
}

/** How long after the end of an outage of ten minutes a query is answered again, when one is asked every second. */
export async function simulateRecovery(fault: Fault): Promise<number> {
  const { clock, socket, now, ...stack } = createStack(1);
  socket.failAlways(fault);
  const pace = paced(clock, { everyMs: 1_000 });
  await clock.until(askMany({ ...stack, now, queries: 600, ...pace }));
  socket.heal();
  const backAtMs = now();
  const asked = await clock.until(askMany({ ...stack, now, queries: 60, ...pace }));
  const first = asked.find(({ isAnswered }) => isAnswered);
  return first === undefined ? Number.POSITIVE_INFINITY : first.startMs + first.ms - backAtMs;
}
