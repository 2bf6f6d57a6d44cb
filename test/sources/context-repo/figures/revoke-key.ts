import { toDocpinError } from '../../../../src/errors.ts';
import { ids } from '../../../stand-ins/context-repo/seed.ts';
import { ask } from '../../ask.ts';
import { call, startContextRepo } from '../start-context-repo.ts';

const handbook = `context-repo:document/${ids.handbook}`;
const minuteMs = 60_000;
const queries = ['deploy', 'on call', 'restart service', undefined];
const moments = [
  ...Array.from({ length: 19 }, (_, index) => index * 20_000),
  ...Array.from({ length: 8 }, (_, index) => (index + 1) * 10 * minuteMs),
];

/** Asks with a key that is revoked, at many moments after that; the questions were asked over `leadMs` before it. */
export async function revokeKey({ leadMs }: { readonly leadMs: number }) {
  const { source, standIn, clock, key, close } = await startContextRepo();
  // Asked at different times before, so that copies are of every age.
  for (const [index, query] of queries.entries()) {
    await source.answer(ask(handbook, query), call());
    if (index < queries.length - 1) clock.nowMs += leadMs / queries.length;
  }
  standIn.revoke(key);
  const revokedAtMs = clock.nowMs;
  let [asked, answered, lastAnswerMs] = [0, 0, 0];
  for (const afterMs of moments) {
    clock.nowMs = revokedAtMs + afterMs;
    for (const query of queries) {
      asked += 1;
      const outcome = await source.answer(ask(handbook, query), call()).catch(toDocpinError);
      if (!('snippets' in outcome)) continue;
      answered += 1;
      lastAnswerMs = afterMs;
    }
  }
  await close();
  return { leadMs, asked, answered, lastAnswerMs };
}
