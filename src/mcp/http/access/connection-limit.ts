import type { Socket } from 'node:net';
import { networkOf, plainAddress } from './addresses.ts';

export interface ConnectionLimitOptions {
  readonly maxPerAddress: number;
  /** Whoever speaks for many: this machine, a reverse proxy. */
  readonly isExempt: (address: string) => boolean;
}

/** Creates a listener for new connections that cuts off those over the limit of their address. */
export function createConnectionLimit(options: ConnectionLimitOptions): (socket: Socket) => void {
  const open = new Map<string, number>();
  return (socket) => {
    const address = plainAddress(socket.remoteAddress ?? '') ?? '';
    if (options.isExempt(address)) return;
    const network = networkOf(address);
    const count = (open.get(network) ?? 0) + 1;
    open.set(network, count);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left === 0) open.delete(network);
      else open.set(network, left);
    });
    if (count > options.maxPerAddress) socket.destroy();
  };
}
