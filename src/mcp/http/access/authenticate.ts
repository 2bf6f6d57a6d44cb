import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusal.ts';
import { networkOf } from './addresses.ts';
import type { CallerAddress } from './caller-address.ts';
import type { RateLimits } from './rate-limits.ts';
import type { TokenFile } from './token-file.ts';

export interface AuthenticateOptions {
  /** Undefined where everybody is let in. */
  readonly tokens: TokenFile | undefined;
  readonly limits: RateLimits;
}

export interface Identity {
  /** Fit for a log line. */
  readonly name: string;
  /** What the caller's limit counts by. */
  readonly limitKey: string;
}

/** Says who a request is from. Throws a `Refusal`: 401 with a challenge, 429 after too many of those. */
export type Authenticate = (request: IncomingMessage, from: CallerAddress) => Promise<Identity>;

const realm = 'Bearer realm="docpin"';

/** Creates the check of bearer tokens (RFC 6750), which are taken from the header alone: addresses with a token end up in logs. */
export function createAuthenticate({ tokens, limits }: AuthenticateOptions): Authenticate {
  return async (request, { address }) => {
    const network = networkOf(address);
    if (tokens === undefined) return { name: address, limitKey: `address ${network}` };
    const { authorization } = request.headers;
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    const name = token === undefined ? undefined : tokens.nameOf(token);
    if (name !== undefined) return { name, limitKey: `token ${name}` };
    await limits.countFailure(network);
    throw authorization === undefined ? missing() : unknown();
  };
}

function missing(): Refusal {
  return new Refusal(
    401,
    'This server needs a token: send `Authorization: Bearer <token>`. Its operator gives you one.',
    {
      headers: { 'www-authenticate': realm },
    },
  );
}

function unknown(): Refusal {
  return new Refusal(401, 'This server does not know that token. Ask its operator for a new one.', {
    headers: { 'www-authenticate': `${realm}, error="invalid_token"` },
  });
}
