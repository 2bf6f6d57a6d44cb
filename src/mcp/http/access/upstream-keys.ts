import type { IncomingMessage } from 'node:http';
import type { CallerCredentials } from '../../../call.ts';
import { Refusal } from '../refusal.ts';

/**
 * Headers that a caller's key of Context7 comes in: the first is docpin's own, the others are what clients of Context7's server
 * send. `Authorization` is none of them: it is for docpin and goes no further. Nor is `X-API-Key`, which that server takes, too:
 * gateways have keys of their own in it, and these must not end up with an upstream.
 */
const context7Headers = ['x-context7-api-key', 'context7-api-key', 'context7_api_key'];
const contextRepoHeaders = ['x-context-repo-api-key'];
const keyForm = /^[\x21-\x7e]{8,500}$/;
/** A client's configuration that names a variable which is not set. */
const placeholder = /^\$\{?[\w:]+\}?$/;

/** Reads the keys that a caller brings for upstreams. Throws a `Refusal` (400) for one that can be none; it is never repeated. */
export function readUpstreamKeys(request: IncomingMessage): CallerCredentials {
  const context7Key = readKey(request, context7Headers);
  const contextRepoKey = readKey(request, contextRepoHeaders);
  return {
    ...(context7Key === undefined ? {} : { context7Key }),
    ...(contextRepoKey === undefined ? {} : { contextRepoKey }),
  };
}

function readKey(request: IncomingMessage, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = request.headers[name];
    if (typeof value !== 'string' || value === '') continue;
    if (!keyForm.test(value) || placeholder.test(value))
      throw new Refusal(
        400,
        `The header ${name} holds no key: 8 to 500 visible ASCII characters without spaces.`,
      );
    return value;
  }
  return undefined;
}
