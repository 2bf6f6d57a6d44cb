import { abortError, DocpinError } from '../../src/errors.ts';
import type { Upstream, UpstreamRequest, UpstreamResponse } from '../../src/upstream/upstream.ts';
import { type Answer, bytesOf } from '../../test/stand-ins/fault-engine/exchange.ts';
import { createFaultPlan, type FaultPlan } from '../../test/stand-ins/fault-engine/fault-plan.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedSocket extends Upstream, Omit<FaultPlan, 'take'> {
  /** Attempts that reached it so far. */
  readonly calls: number;
}

/** What an answer takes, fault or not: 0.1 to 1 s. */
const fastestMs = 100;
const spreadMs = 900;

/** Stands in for undici: the faults of the engine without a wire, on a virtual clock. */
export function createSimulatedSocket(clock: VirtualClock, random: () => number): SimulatedSocket {
  const { take, ...plan } = createFaultPlan();
  let calls = 0;

  async function send(request: UpstreamRequest): Promise<UpstreamResponse> {
    calls += 1;
    const fault = take(request.url.pathname);
    if (fault?.kind === 'hang' || fault?.kind === 'drip') return untilAborted(request.signal);
    // A refused connection is refused at once.
    if (fault?.kind === 'reset') throw unavailable();
    try {
      await clock.sleep(fastestMs + random() * spreadMs, request.signal);
    } catch {
      throw abortError(request.signal);
    }
    if (fault === undefined) return toResponse({ status: 200, body: {} });
    if (fault.kind === 'answer') return toResponse(fault);
    throw new Error(`The simulated socket knows no ${fault.kind}.`);
  }

  return {
    ...plan,
    send,
    get calls() {
      return calls;
    },
    async close() {
      plan.heal();
    },
  };
}

function toResponse(answer: Answer): UpstreamResponse {
  return { status: answer.status, headers: answer.headers ?? {}, body: bytesOf(answer) };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(abortError(signal)), { once: true });
  });
}

function unavailable(): DocpinError {
  return new DocpinError('unavailable', { what: 'The connection was reset.', next: 'Ask again.' });
}
