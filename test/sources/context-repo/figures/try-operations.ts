import { toDocpinError } from '../../../../src/errors.ts';
import { operations } from '../../../../src/sources/context-repo/client/operations.ts';
import { routes } from '../../../stand-ins/context-repo/context-repo-stand-in.ts';
import { mayDo } from '../../../stand-ins/context-repo/credentials.ts';
import type { CallerOfMatrix } from '../credentials.ts';
import { call, startContextRepo } from '../start-context-repo.ts';

/** What was tried, and what of it went otherwise than the contract says. */
export interface Tried {
  readonly cells: number;
  readonly wrong: readonly string[];
}

/** Runs every operation with a caller's credential: what it may do is asked of the server once, what it may not is not asked. */
export async function tryOperations({ scopes, make }: CallerOfMatrix): Promise<Tried> {
  const { client, standIn, close } = await startContextRepo({ own: make });
  const wrong: string[] = [];
  for (const { name, method, path } of operations) {
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
    const outcome = await client.run(name, parameters, call()).then(
      () => 'done',
      (thrown) => toDocpinError(thrown).code,
    );
    const asked = standIn.requests.filter((request) =>
      request.path.startsWith(path.replace('{id}', 'dNothing')),
    ).length;
    const refusal = scopes === undefined ? 'unauthorized' : 'forbidden';
    const expected: readonly string[] = isAllowed ? ['done', 'rejected', 'library-not-found'] : [refusal];
    // A bad key is found to be bad by the first question, which is what it may do.
    const isAskedRight = name === 'get_user_info' || asked === (isAllowed ? 1 : 0);
    if (!expected.includes(outcome) || !isAskedRight) wrong.push(`${name}: ${outcome}, asked ${asked} times`);
  }
  await close();
  return { cells: operations.length, wrong };
}
