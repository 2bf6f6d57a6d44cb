import { expect, it } from 'vitest';
import { quotaEmpty, withQuotaGate } from '../../src/upstream/quota/with-quota-gate.ts';

it('the gate remembers ten thousand credentials, and forgets first those that were closed first', async () => {
  const url = new URL('https://docs.example/api');
  let asked: string[] = [];
  const send = withQuotaGate(
    async ({ credentialId }) => {
      asked.push(credentialId);
      throw quotaEmpty(url, 1_000_000);
    },
    { now: () => 1_000 },
  );
  const ask = (credentialId: string) =>
    send({ method: 'GET', url, headers: {}, signal: new AbortController().signal, credentialId }).catch(
      () => undefined,
    );
  for (let index = 0; index <= 10_000; index += 1) await ask(`key-${index}`);
  asked = [];
  for (const credentialId of ['key-10000', 'key-1', 'key-0']) await ask(credentialId);
  expect(asked).toEqual(['key-0']);
});
