import { describe, expect, it, onTestFinished } from 'vitest';
import { ids } from '../../stand-ins/context-repo/seed.ts';
import { ask } from '../ask.ts';
import { readAsTwo } from './figures/read-as-two.ts';
import { call, startContextRepo } from './start-context-repo.ts';

async function start() {
  const started = await startContextRepo();
  onTestFinished(() => started.close());
  return started;
}

describe('two credentials', () => {
  it('never see a byte of each other in 10,000 reads of the same ids', async () => {
    expect(await readAsTwo({ reads: 10_000 })).toEqual({ reads: 10_000, own: 10_000, foreign: 0 });
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
