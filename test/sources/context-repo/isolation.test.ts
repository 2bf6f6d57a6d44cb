import { describe, expect, it, onTestFinished } from 'vitest';
import { ids } from '../../stand-ins/context-repo/seed.ts';
import { ask, call, startContextRepo } from './start-context-repo.ts';

const handbook = `context-repo:document/${ids.handbook}`;

async function start() {
  const started = await startContextRepo();
  onTestFinished(() => started.close());
  return started;
}

describe('two credentials', () => {
  it('never see a byte of each other in 10,000 reads of the same ids', async () => {
    const { source, standIn, clock } = await start();
    const keys = {
      ann: standIn.addKey('ann', ['documents.read']),
      bob: standIn.addKey('bob', ['documents.read']),
    };
    const questions: readonly [string, string | undefined][] = [
      [handbook, 'deploy'],
      [handbook, undefined],
      [`context-repo:document/${ids.runbook}`, 'release'],
      [`context-repo:collection/${ids.team}`, 'restart a service'],
      ['context-repo:all', 'on call'],
      ['context-repo:document/dNote001', undefined],
    ];
    let foreign = 0;
    let own = 0;
    for (let round = 0; round < 100; round++) {
      await Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const user = index % 2 === 0 ? 'ann' : 'bob';
          const other = user === 'ann' ? 'bob' : 'ann';
          const [id, query] = questions[(index + round) % questions.length] ?? [handbook, undefined];
          const { snippets } = await source.answer(ask(id, query, { tokens: 500 }), call(keys[user]));
          const text = snippets
            .map((snippet) => `${snippet.title} ${snippet.location} ${snippet.text}`)
            .join('\n');
          if (new RegExp(`\\b${other}\\b`).test(text)) foreign += 1;
          if (new RegExp(`\\b${user}\\b`).test(text)) own += 1;
        }),
      );
      clock.nowMs += 30_000;
    }
    expect(foreign).toBe(0);
    expect(own).toBe(10_000);
  }, 120_000);

  it('cannot open what is only of one of them', async () => {
    const { source, standIn } = await start();
    const keys = [standIn.addKey('bob', ['documents.read']), standIn.addKey('ann', ['documents.read'])];
    const diary = `context-repo:document/${ids.onlyBobs}`;
    expect((await source.answer(ask(diary), call(keys[0]))).snippets.length).toBeGreaterThan(0);
    await expect(source.answer(ask(diary), call(keys[1]))).rejects.toMatchObject({
      code: 'library-not-found',
    });
    expect((await source.answer(ask(diary), call(keys[0]))).freshness.state).toBe('cached');
  });
});
