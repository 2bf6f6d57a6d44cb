import { expect, it } from 'vitest';
import { expectedFailures, revisions, type ServerName, toBaseline } from './expected-failures.ts';

/** How many there are: to be lowered with each that passes, and never raised. */
const most: Readonly<Record<ServerName, Readonly<Record<string, number>>>> = {
  docpin: { '2025-11-25': 23, '2026-07-28': 30 },
  fixtures: { '2025-11-25': 5, '2026-07-28': 0 },
};

it.each(['docpin', 'fixtures'] as const)('what fails of %s only becomes less', (server) => {
  for (const revision of revisions) {
    const entries = toBaseline(server, revision).match(/^ {2}- \S+$/gm) ?? [];
    expect(new Set(entries).size).toBe(entries.length);
    expect(entries).toHaveLength(most[server][revision] ?? 0);
  }
});

it('everything that is expected to fail has a reason', () => {
  for (const { why, entries } of expectedFailures) {
    expect(why).toMatch(/^[A-Z].{30,}\.$|^docpin .{30,}\.$/);
    expect(entries).not.toEqual([]);
  }
});
