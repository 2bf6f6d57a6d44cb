import { type DocpinError, toDocpinError } from '../../../errors.ts';
import type { PackumentRequest } from './fetch-packument.ts';
import type { AskRegistry } from './registry-client.ts';

/**
 * Asks a registry for a sign of life, with the credentials that its packages are asked with. Any answer is one, whatever it says.
 * Resolves with the error where none came.
 */
export async function pingRegistry(
  { registry, config, signal }: Omit<PackumentRequest, 'name'>,
  ask: AskRegistry,
): Promise<DocpinError | undefined> {
  try {
    await ask({ url: new URL('-/ping', registry), accept: 'application/json', registry, config, signal });
    return undefined;
  } catch (thrown) {
    const error = toDocpinError(thrown);
    return error.code === 'bad-answer' ? undefined : error;
  }
}
