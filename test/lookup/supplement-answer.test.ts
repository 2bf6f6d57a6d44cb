import { describe, expect, it } from 'vitest';
import { DocpinError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { supplementAnswer } from '../../src/lookup/supplement-answer.ts';
import type { Snippet, Source, SourceAnswer } from '../../src/sources/source.ts';

const request = { query: 'sails', mode: 'all', page: 1, tokens: 2_500 } as const;

function snippet(id: string): Snippet {
  return { id, kind: 'info', title: id, location: id, text: id, tokens: 1, batch: 0 };
}

function answerOf(id: string, ids: readonly string[], more: Partial<SourceAnswer> = {}): SourceAnswer {
  const freshness = { state: 'live', ageMs: 0 } as const;
  return { id, origin: id, notes: [], snippets: ids.map(snippet), hasMore: false, freshness, ...more };
}

function sourceOf(name: Source['name'], supplement?: Source['supplement']): Source {
  return {
    name,
    owns: () => false,
    identify: async () => undefined,
    resolve: async () => [],
    answer: async () => answerOf(name, []),
    ...(supplement === undefined ? {} : { supplement }),
    close: async () => undefined,
  };
}

const own = sourceOf('indexed');
const thin = answerOf('npm:boat@1.0.0', ['a', 'b'], { lacks: { name: 'boat', version: '1.0.0' } });

function supplement(other: Source, signal = new AbortController().signal) {
  const log = createLog({ level: 'error', format: 'text', write: () => undefined });
  return supplementAnswer({ sources: [own, other], log }, { source: own, answer: thin }, request, { signal });
}

describe('what another source adds', () => {
  it('takes turns with what is there, each snippet with its origin', async () => {
    const whole = await supplement(sourceOf('context7', async () => answerOf('/acme/boat', ['x', 'y'])));
    expect(whole.snippets.map(({ id, from }) => [id, from?.split(',')[0]])).toEqual([
      ['a', 'npm:boat@1.0.0'],
      ['x', '/acme/boat'],
      ['b', 'npm:boat@1.0.0'],
      ['y', '/acme/boat'],
    ]);
  });

  it('is not said to be added where it is nothing', async () => {
    for (const more of [answerOf('/acme/boat', []), undefined]) {
      const whole = await supplement(sourceOf('context7', async () => more));
      expect(whole.notes).toEqual([]);
      expect(whole.snippets.map(({ id }) => id)).toEqual(['a', 'b']);
    }
  });

  it('costs one line where it fails, and everything where the caller leaves', async () => {
    const fail = async () => {
      throw new DocpinError('unavailable', { what: 'It is out of order.', next: 'Wait.' });
    };
    expect((await supplement(sourceOf('context7', fail))).notes).toEqual([
      'Nothing was added from elsewhere. It is out of order.',
    ]);
    await expect(supplement(sourceOf('context7', fail), AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
