import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { DocpinError } from '../errors.ts';

/**
 * Creates a resolver for connections that fails with `bad-answer` where a name means an address that is refused. The addresses that
 * were looked at are those that are connected to: a name that was looked up before may mean others a moment later.
 */
export function createCheckedLookup(refusesAddress: (address: string) => boolean): LookupFunction {
  return function checkedLookup(hostname, options, callback) {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) callback(error, []);
      else if (first === undefined || addresses.some(({ address }) => refusesAddress(address)))
        callback(refused(), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refused(): DocpinError {
  return new DocpinError('bad-answer', {
    what: 'The name of a host that was named for a file means an address inside a private network; it was not called.',
    next: 'If that is meant to be, configure the host as the registry itself.',
  });
}
