import type { Send, Upstream } from '../upstream/upstream.ts';
import type { Closable } from './parts.ts';

/** Sends through an upstream that is made by the first request: HTTP takes longer to load than most answers take. */
export function createLazySend(open: () => Promise<Upstream>, closables: Closable[]): Send {
  let opened: Promise<Upstream> | undefined;

  async function openOnce(): Promise<Upstream> {
    const upstream = await open();
    closables.push(upstream);
    return upstream;
  }

  return async (request) => {
    opened ??= openOnce().catch((thrown) => {
      opened = undefined;
      throw thrown;
    });
    return (await opened).send(request);
  };
}
