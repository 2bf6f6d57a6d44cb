import { isLoopback } from '../is-loopback.ts';
import type { Config } from './config.ts';

type ContextRepoConfig = Pick<Config, 'contextRepoApiKey' | 'contextRepoToken' | 'contextRepoApiUrl'>;

/** Whether the Context Repo source is on: a key, a token, a base URL or `--sources` turns it on, `--offline` off. */
export function contextRepoIsOn(config: Config): boolean {
  if (config.offline) return false;
  if (config.sources !== undefined) return config.sources.includes('context-repo');
  return (
    config.contextRepoApiKey !== undefined ||
    config.contextRepoToken !== undefined ||
    config.contextRepoApiUrl !== undefined
  );
}

/** Whether Context Repo may be asked at all: where it is on, and for callers over HTTP who bring a key. */
export function contextRepoMayBeAsked(config: Config): boolean {
  const isForCallers = config.audience !== '' && config.sources === undefined && !config.offline;
  return isForCallers || contextRepoIsOn(config);
}

/** What is wrong between the settings of Context Repo, one sentence each. */
export function faultsOfContextRepo(config: ContextRepoConfig): string[] {
  const { contextRepoApiKey: key, contextRepoToken: token } = config;
  const url = config.contextRepoApiUrl === undefined ? undefined : new URL(config.contextRepoApiUrl);
  const isOpen = url?.protocol === 'http:' && !isLoopback(url) && (key ?? token) !== undefined;
  return [
    ...(key !== undefined && token !== undefined
      ? ['CONTEXTREPO_API_KEY and CONTEXTREPO_TOKEN are both set: give one of them.']
      : []),
    ...(isOpen
      ? [
          'CONTEXTREPO_API_URL uses plain http, and a key is never sent over it beyond this machine: use https.',
        ]
      : []),
  ];
}
