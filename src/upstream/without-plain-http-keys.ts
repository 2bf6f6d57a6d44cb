import { DocpinError } from '../errors.ts';
import { isLoopback } from '../is-loopback.ts';
import type { Send } from './upstream.ts';

const credentialHeaders = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'private-token',
  'context7-api-key',
]);

/** Refuses, with `bad-config`, to send a credential over plain HTTP to anything but this machine. */
export function withoutPlainHttpKeys(send: Send): Send {
  return async (request) => {
    const hasCredential = Object.keys(request.headers).some((name) =>
      credentialHeaders.has(name.toLowerCase()),
    );
    const isPlain = request.url.protocol !== 'https:' && !isLoopback(request.url);
    if (hasCredential && isPlain) throw plainHttp(request.url);
    return send(request);
  };
}

function plainHttp(url: URL): DocpinError {
  return new DocpinError('bad-config', {
    what: `The address for ${url.hostname} is plain HTTP, so anyone on the way could read the key; nothing was sent.`,
    next: 'Configure an https: address, or take the key out of the configuration.',
  });
}
