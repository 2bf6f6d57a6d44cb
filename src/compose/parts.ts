import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { Outages } from './outages.ts';

export interface ComposeOptions {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  /** The built indexing child. */
  readonly indexChildFile: string;
}

/** What the parts are composed from. */
export interface PartOptions extends ComposeOptions {
  readonly outages: Outages;
}

/** Something with an end of its own; what is composed is added to a list of these and closed with it. */
export interface Closable {
  close(): Promise<void>;
}

/** The proxies of the environment, for an upstream. */
export function proxyOf({ surroundings }: Config): {
  httpProxy?: string;
  httpsProxy?: string;
  noProxy?: string;
} {
  const { httpProxy, httpsProxy, noProxy } = surroundings;
  return {
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
  };
}
