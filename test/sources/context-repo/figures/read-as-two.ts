import { ids } from '../../../stand-ins/context-repo/seed.ts';
import { ask } from '../../ask.ts';
import { call, startContextRepo } from '../start-context-repo.ts';

const questions: readonly (readonly [id: string, query: string | undefined])[] = [
  [`context-repo:document/${ids.handbook}`, 'deploy'],
  [`context-repo:document/${ids.handbook}`, undefined],
  [`context-repo:document/${ids.runbook}`, 'release'],
  [`context-repo:collection/${ids.team}`, 'restart a service'],
  ['context-repo:all', 'on call'],
  ['context-repo:document/dNote001', undefined],
];
const atOnce = 100;

/** Reads the same ids with the credentials of two users, many at once and from copies of every age. */
export async function readAsTwo({ reads }: { readonly reads: number }) {
  const { source, standIn, clock, close } = await startContextRepo();
  const keys = {
    ann: standIn.addKey('ann', ['documents.read']),
    bob: standIn.addKey('bob', ['documents.read']),
  };
  let [foreign, own] = [0, 0];
  for (let round = 0; round < reads / atOnce; round++) {
    await Promise.all(
      Array.from({ length: atOnce }, async (_, index) => {
        const [user, other] = index % 2 === 0 ? (['ann', 'bob'] as const) : (['bob', 'ann'] as const);
        const [id = '', query] = questions[(index + round) % questions.length] ?? [];
        const { snippets } = await source.answer(ask(id, query, { tokens: 500 }), call(keys[user]));
        const text = snippets.map((one) => `${one.title} ${one.location} ${one.text}`).join('\n');
        if (new RegExp(`\\b${other}\\b`).test(text)) foreign += 1;
        if (new RegExp(`\\b${user}\\b`).test(text)) own += 1;
      }),
    );
    clock.nowMs += 30_000;
  }
  await close();
  return { reads, own, foreign };
}
