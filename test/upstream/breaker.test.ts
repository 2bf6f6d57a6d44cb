import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Admission,
  type Breaker,
  createBreaker,
  type Verdict,
} from '../../src/upstream/breaker/breaker.ts';
import { createPerOrigin } from '../../src/upstream/breaker/per-origin.ts';

const startMs = Date.UTC(2026, 10, 22, 12, 0, 0);
let nowMs: number;
let changes: string[];
let breaker: Breaker;

beforeEach(() => {
  nowMs = startMs;
  changes = [];
  breaker = createBreaker({
    now: () => nowMs,
    onOpen: () => changes.push('open'),
    onClose: () => changes.push('closed'),
  });
});

function admitted(): Admission {
  const admission = breaker.admit();
  if ('retryAtMs' in admission) throw new Error('It was refused.');
  return admission;
}

/** Makes attempts, `everyMs` apart, until one is refused; gives how many were not. */
function attempt(verdicts: readonly Verdict[], everyMs = 0): number {
  for (const [made, verdict] of verdicts.entries()) {
    const admission = breaker.admit();
    if ('retryAtMs' in admission) return made;
    admission.report(verdict);
    nowMs += everyMs;
  }
  return verdicts.length;
}

function times(count: number, verdict: Verdict): Verdict[] {
  return Array.from({ length: count }, () => verdict);
}

const isOpen = () => 'retryAtMs' in breaker.admit();

describe('a closed breaker', () => {
  it('opens on 12 failed attempts in a row, however far apart', () => {
    attempt(times(11, 'failed'), 60_000);
    expect(isOpen()).toBe(false);
    attempt(['failed']);
    expect(isOpen()).toBe(true);
  });

  it('says since when it is open, and when the next try is', () => {
    attempt(times(12, 'failed'));
    nowMs += 4_000;
    expect(breaker.admit()).toEqual({ sinceMs: startMs, retryAtMs: startMs + 10_000 });
    expect(changes).toEqual(['open']);
  });

  it('begins to count anew with each answer', () => {
    for (let round = 0; round < 5; round += 1) {
      attempt([...times(11, 'failed'), ...times(11, 'answered')], 1_000);
    }
    expect(changes).toEqual([]);
  });

  it('opens on 80 % of at least 20 within 30 s', () => {
    const fourOfFive: readonly Verdict[] = ['answered', ...times(4, 'failed')];
    expect(attempt([...fourOfFive, ...fourOfFive, ...fourOfFive, ...fourOfFive.slice(0, 4)], 1_000)).toBe(19);
    expect(isOpen()).toBe(false);
    attempt(['failed']);
    expect(isOpen()).toBe(true);
  });

  it('stays closed just below 80 %', () => {
    const below: readonly Verdict[] = [...times(2, 'answered'), ...times(7, 'failed')];
    expect(attempt(Array.from({ length: 100 }, () => below).flat(), 100)).toBe(900);
  });

  it('forgets what is older than 30 s', () => {
    // 80 % each, but never 20 within 30 s.
    const slowly: readonly Verdict[] = Array.from({ length: 50 }, (_, index) =>
      index % 5 === 0 ? 'answered' : 'failed',
    );
    expect(attempt(slowly, 1_600)).toBe(50);
  });

  it.each(['refused', 'unknown'] as const)('takes %s for neither a failure nor an answer', (verdict) => {
    expect(attempt(times(100, verdict))).toBe(100);
    attempt(times(11, 'failed'));
    attempt(times(100, verdict));
    attempt(['failed']);
    expect(isOpen()).toBe(true);
  });

  it('does not count what a clock that was set back calls the future', () => {
    attempt([...times(11, 'failed'), 'answered', ...times(4, 'failed')]);
    nowMs -= 3_600_000;
    // 15 of 16 failed an hour from now; 4 more would make it 20.
    attempt([...times(4, 'failed')]);
    expect(isOpen()).toBe(false);
  });

  it('minds no verdict of attempts from before it last opened or closed', () => {
    const old = Array.from({ length: 12 }, admitted);
    attempt(times(12, 'failed'));
    for (const { report } of old) report('answered');
    expect(isOpen()).toBe(true);
    nowMs += 10_000;
    const older = old.map(() => breaker.admit());
    expect(older.filter((admission) => 'retryAtMs' in admission)).toHaveLength(11);
    for (const admission of older) if ('report' in admission) admission.report('answered');
    for (const { report } of old) report('failed');
    expect(isOpen()).toBe(false);
  });
});

describe('an open breaker', () => {
  beforeEach(() => {
    attempt(times(12, 'failed'));
    nowMs += 10_000;
  });

  it('admits one probe, however many ask at once', () => {
    const asked = Array.from({ length: 100 }, () => breaker.admit());
    expect(asked.filter((admission) => 'report' in admission)).toHaveLength(1);
    expect(asked[0]).toMatchObject({ whileProbing: { sinceMs: startMs, retryAtMs: nowMs + 10_000 } });
    expect(asked[99]).toEqual({ sinceMs: startMs, retryAtMs: nowMs + 10_000 });
  });

  it('admits no second probe while one hangs, not even after 10 s', () => {
    admitted();
    nowMs += 60_000;
    expect(breaker.admit()).toEqual({ sinceMs: startMs, retryAtMs: nowMs });
  });

  it('admits one probe every 10 s while they fail, and is open since it opened', () => {
    let probes = 0;
    for (let second = 0; second < 60; second += 1) {
      const admission = breaker.admit();
      if ('report' in admission) {
        probes += 1;
        admission.report('failed');
      } else {
        expect(admission.sinceMs).toBe(startMs);
      }
      nowMs += 1_000;
    }
    expect(probes).toBe(6);
    expect(changes).toEqual(['open']);
  });

  it.each(['answered', 'refused'] as const)(
    'closes when the probe is %s, and knows nothing of before',
    (verdict) => {
      admitted().report(verdict);
      expect(changes).toEqual(['open', 'closed']);
      attempt(times(11, 'failed'));
      expect(isOpen()).toBe(false);
      attempt(['failed']);
      expect(isOpen()).toBe(true);
    },
  );

  it('learns nothing from a probe whose caller left, and makes the next one 10 s after it', () => {
    admitted().report('unknown');
    nowMs += 9_999;
    expect(isOpen()).toBe(true);
    nowMs += 1;
    admitted().report('answered');
    expect(changes).toEqual(['open', 'closed']);
  });

  it('probes at once when the clock was set back, once', () => {
    nowMs -= 86_400_000;
    admitted().report('failed');
    expect(breaker.admit()).toMatchObject({ retryAtMs: nowMs + 10_000 });
  });

  it('never puts the next try further off than 10 s, though the clock is set back during a probe', () => {
    admitted();
    nowMs -= 86_400_000;
    expect(breaker.admit()).toMatchObject({ retryAtMs: nowMs + 10_000 });
  });
});

describe('createPerOrigin', () => {
  it('keeps one for each scheme, host and port', () => {
    const made: string[] = [];
    const of = createPerOrigin(({ origin }) => made.push(origin));
    for (const url of [
      'https://a.example/1',
      'https://a.example/2?x',
      'http://a.example/',
      'https://a.example:444/',
    ])
      of(new URL(url));
    expect(made).toEqual(['https://a.example', 'http://a.example', 'https://a.example:444']);
  });

  it('keeps the hundred that were asked last', () => {
    const made: string[] = [];
    const of = createPerOrigin(({ hostname }) => made.push(hostname));
    const ask = (name: string) => of(new URL(`https://${name}.example/`));
    ask('first');
    for (let index = 0; index < 99; index += 1) ask(`h${index}`);
    ask('first');
    ask('one-more');
    ask('first');
    ask('h1');
    expect(made).toHaveLength(101);
    ask('h0');
    expect(made).toHaveLength(102);
  });
});
