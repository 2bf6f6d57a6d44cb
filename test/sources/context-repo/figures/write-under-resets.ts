import { toDocpinError } from '../../../../src/errors.ts';
import { type OperationName, operationOf } from '../../../../src/sources/context-repo/client/operations.ts';
import { ids } from '../../../stand-ins/context-repo/seed.ts';
import { call, startContextRepo } from '../start-context-repo.ts';

/** Does a write once while every connection is reset: how often it was tried, and what it is told of. */
export async function writeUnderResets(name: OperationName) {
  const { client, standIn, close } = await startContextRepo();
  const { path, method } = operationOf(name);
  standIn.failAlways({ kind: 'reset' }, { path: /^(?!\/v1\/user)/ });
  const parameters = {
    ...(path.includes('{id}') ? { id: ids.handbook } : {}),
    ...(method === 'DELETE' ? {} : { body: { title: 'T' } }),
  };
  const outcome = await client.run(name, parameters, call()).catch(toDocpinError);
  const attempts = standIn.requests.filter((asked) => asked.path !== '/v1/user/me').length;
  await close();
  return { name, attempts, outcome };
}
