import { describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';
import { createFaultPlan } from './fault-plan.ts';

const [hang, reset, cut] = [{ kind: 'hang' }, { kind: 'reset' }, { kind: 'cut' }] as const;

function take(plan: ReturnType<typeof createFaultPlan>, count: number, path = '/a'): unknown[] {
  return Array.from({ length: count }, () => plan.take(path)?.kind);
}

describe('a plan of faults', () => {
  it('serves the script in its order, one fault a request, then what stands', () => {
    const plan = createFaultPlan();
    plan.failAlways(cut);
    plan.failNext([hang, reset]);
    expect(take(plan, 4)).toEqual(['hang', 'reset', 'cut', 'cut']);
    plan.failAlways(undefined);
    expect(take(plan, 1)).toEqual([undefined]);
  });

  it('minds the path, and lets the later word stand before the earlier', () => {
    const plan = createFaultPlan();
    plan.failNext([hang], { path: /^\/b/ });
    plan.failAlways(reset);
    plan.failAlways(cut, { path: /^\/c/ });
    expect([...take(plan, 1, '/a'), ...take(plan, 1, '/c'), ...take(plan, 2, '/b')]).toEqual([
      'reset',
      'cut',
      'hang',
      'reset',
    ]);
  });

  it('fails by chance the share that it is told, each fault as often, and the same ones with the same seed', () => {
    const faults: readonly Fault[] = [hang, reset, cut];
    const run = (seed: number) => {
      const plan = createFaultPlan();
      plan.failByChance({ share: 0.3, seed, faults });
      return take(plan, 10_000);
    };
    const kinds = run(7);
    for (const { kind } of faults) {
      const share = kinds.filter((taken) => taken === kind).length / kinds.length;
      expect(share).toBeGreaterThan(0.085);
      expect(share).toBeLessThan(0.115);
    }
    expect(run(7)).toEqual(kinds);
    expect(run(8)).not.toEqual(kinds);
  });

  it('heals', () => {
    const plan = createFaultPlan();
    plan.failNext([hang]);
    plan.failAlways(hang);
    plan.failByChance({ share: 1, seed: 1, faults: [hang] });
    plan.heal();
    expect(take(plan, 3)).toEqual([undefined, undefined, undefined]);
  });
});
