import type { Fault } from './fault.ts';
import { createSeededRandom } from './seeded-random.ts';

export interface ForPath {
  /** Only requests whose path matches. */
  readonly path?: RegExp;
}

export interface Chance {
  /** 0..1: how many of the requests fail. */
  readonly share: number;
  readonly seed: number;
  /** Each as likely as the others. */
  readonly faults: readonly Fault[];
}

/** Decides which request fails in which way: first by script, then what stands, then by chance. */
export interface FaultPlan {
  /** Fails the next requests, one fault each. */
  failNext(faults: readonly Fault[], forPath?: ForPath): void;
  /** Fails every request from now on; a later call goes before an earlier one. Undefined ends what stands and the chance. */
  failAlways(fault: Fault | undefined, forPath?: ForPath): void;
  /** Fails a share of the requests. */
  failByChance(chance: Chance): void;
  /** Heals everything. */
  heal(): void;
  /** The fault of this request, used up when it was scripted. */
  take(path: string): Fault | undefined;
}

interface Planned {
  readonly fault: Fault;
  readonly path: RegExp | undefined;
}

/** Creates a plan that fails nothing. */
export function createFaultPlan(): FaultPlan {
  const script: Planned[] = [];
  const standing: Planned[] = [];
  let throwDice: (() => Fault | undefined) | undefined;

  return {
    failNext(faults, { path } = {}) {
      script.push(...faults.map((fault) => ({ fault, path })));
    },
    failAlways(fault, { path } = {}) {
      if (fault !== undefined) {
        standing.unshift({ fault, path });
        return;
      }
      standing.length = 0;
      throwDice = undefined;
    },
    failByChance({ share, seed, faults }) {
      const random = createSeededRandom(seed);
      throwDice = () => (random() < share ? faults[Math.floor(random() * faults.length)] : undefined);
    },
    heal() {
      script.length = 0;
      standing.length = 0;
      throwDice = undefined;
    },
    take(path) {
      const fits = (planned: Planned) => planned.path?.test(path) ?? true;
      const next = script.findIndex(fits);
      if (next !== -1) return script.splice(next, 1)[0]?.fault;
      return standing.find(fits)?.fault ?? throwDice?.();
    },
  };
}
