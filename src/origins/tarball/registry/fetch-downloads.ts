import * as z from 'zod';
import type { Downloads } from '../../origin.ts';
import type { PackumentRequest } from './fetch-packument.ts';
import { parseJson } from './read-packument.ts';
import type { AskRegistry } from './registry-client.ts';
import { badRegistryAnswer, registryError } from './registry-error.ts';

/** The package of exactly the name comes first in the npm registry; others go by their own order. */
const size = 20;
/** The npm registry refuses other texts. */
const minLength = 2;
const maxLength = 64;

const count = z.number().int().nonnegative().optional().catch(undefined);
const answerShape = z.object({ objects: z.array(z.unknown()) });
const objectShape = z.object({
  package: z.object({ name: z.string() }),
  downloads: z.object({ monthly: count, weekly: count }),
});

/**
 * How often a package is downloaded, which registries tell where they search. Undefined where this one has no search, does not
 * know the package, or does not count.
 */
export async function fetchDownloads(
  { name, registry, config, signal }: PackumentRequest,
  ask: AskRegistry,
): Promise<Downloads | undefined> {
  if (name.length < minLength || name.length > maxLength) return undefined;
  const url = new URL('-/v1/search', registry);
  url.search = new URLSearchParams({ text: name, size: String(size) }).toString();
  const { status, body } = await ask({
    url,
    accept: 'application/json',
    registry,
    config,
    signal,
    quota: 'search ',
  });
  if (status === 429 || status >= 500) throw registryError(status, registry.hostname);
  if (status !== 200) return undefined;
  const answer = answerShape.safeParse(parseJson(body, registry.hostname));
  if (!answer.success)
    throw badRegistryAnswer(`The registry at ${registry.hostname} answered a search with something else.`);
  for (const object of answer.data.objects) {
    const read = objectShape.safeParse(object);
    // Whatever else is like the name is somebody else's.
    if (read.success && read.data.package.name === name) return toDownloads(read.data.downloads);
  }
  return undefined;
}

function toDownloads({ monthly, weekly }: z.infer<typeof objectShape>['downloads']): Downloads | undefined {
  if (monthly !== undefined) return { count: monthly, per: 'month' };
  return weekly === undefined ? undefined : { count: weekly, per: 'week' };
}
