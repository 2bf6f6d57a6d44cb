import { describe, expect, it } from 'vitest';
import { toDocpinError } from '../../../src/errors.ts';
import { operations } from '../../../src/sources/context-repo/client/operations.ts';
import { routes } from '../../stand-ins/context-repo/context-repo-stand-in.ts';
import { mayDo } from '../../stand-ins/context-repo/credentials.ts';
import { callersOfMatrix } from './credentials.ts';
import { call, startContextRepo } from './start-context-repo.ts';

describe('every credential with every operation', () => {
  it('is 14 times 31', () => expect([callersOfMatrix.length, operations.length]).toEqual([14, 31]));

  it.each(callersOfMatrix)('as the contract says: $name', async ({ scopes, make }) => {
    const { client, standIn, close } = await startContextRepo({ own: make });
    for (const operation of operations) {
      const { method, path } = operation;
      // What it needs is taken from the contract, not from our own list.
      const needed = routes.find((route) => route.method === method && route.path === path)?.scopes;
      const isAllowed =
        needed === 'public' ||
        (scopes !== undefined &&
          (needed === 'any caller' || mayDo({ user: 'ann', scopes, method: 'api-key' }, needed ?? [])));
      standIn.forget();
      // An empty body is refused as malformed by whoever is let in.
      const parameters = {
        ...(path.includes('{id}') ? { id: 'dNothing' } : {}),
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
      };
      const outcome = await client.run(operation.name, parameters, call()).then(
        () => 'done',
        (thrown) => toDocpinError(thrown).code,
      );
      const asked = standIn.requests.filter((request) =>
        request.path.startsWith(path.replace('{id}', 'dNothing')),
      );
      const refusal = scopes === undefined ? 'unauthorized' : 'forbidden';
      if (isAllowed) expect(['done', 'rejected', 'library-not-found'], operation.name).toContain(outcome);
      else expect(outcome, operation.name).toBe(refusal);
      // A bad key is found to be bad by the first question, which is what it may do.
      if (operation.name !== 'get_user_info') expect(asked, operation.name).toHaveLength(isAllowed ? 1 : 0);
    }
    await close();
  });
});
