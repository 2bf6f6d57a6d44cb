import type { IncomingMessage } from 'node:http';
import { createAddressTest, isLoopbackAddress, plainAddress } from './addresses.ts';

export interface CallerAddress {
  readonly address: string;
  /** Whether the caller is on this machine, and no proxy has passed the request on for somebody else. */
  readonly isLocal: boolean;
}

const forwardingHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'];
const maxHops = 20;

/**
 * Creates the reader of a request's address: that of the socket, or, where a trusted proxy passed the request on, the last one
 * in `X-Forwarded-For` that no trusted proxy has. What stands before it was written by the caller, who may write anything.
 */
export function createCallerAddress(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => CallerAddress {
  const isTrusted = createAddressTest(trustedProxies);
  return (request) => {
    const peer = plainAddress(request.socket.remoteAddress ?? '') ?? 'unknown';
    if (!isTrusted(peer)) {
      const isForwarded = forwardingHeaders.some((name) => request.headers[name] !== undefined);
      return { address: peer, isLocal: isLoopbackAddress(peer) && !isForwarded };
    }
    const hops = (request.headersDistinct['x-forwarded-for'] ?? []).join(',').split(',').slice(-maxHops);
    let address = peer;
    for (const hop of hops.reverse()) {
      const next = plainAddress(hop.trim());
      if (next === undefined) break;
      address = next;
      if (!isTrusted(next)) break;
    }
    return { address, isLocal: false };
  };
}
