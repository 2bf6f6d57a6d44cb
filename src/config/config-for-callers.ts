import { devNull } from 'node:os';
import { join, parse } from 'node:path';
import type { Config } from './config.ts';

/** What of the operator's is in rows of the corpus that others would not have. */
const sharedByCorpus = ['local', 'npm-auth', 'project'] as const;

/**
 * The configuration as callers over HTTP are served by it: whatever is the operator's own is taken out of it unless `--share`
 * names it, so that nothing which is put together from it can give it away. What is left is a folder of data of its own, rows of
 * the corpus that were made for callers who share the same, no project, no keys, and npm's public registry without credentials.
 */
export function configForCallers(config: Config): Config {
  const shared = new Set<string>(config.share);
  const { context7ApiKey, contextRepoApiKey, contextRepoToken, project, surroundings, ...rest } = config;
  const isLent = shared.has('context-repo');
  const hasProject = shared.has('project');
  const { root } = parse(surroundings.workingFolder);
  return Object.freeze({
    ...rest,
    ...(context7ApiKey !== undefined && shared.has('context7-key') ? { context7ApiKey } : {}),
    ...(contextRepoApiKey !== undefined && isLent ? { contextRepoApiKey } : {}),
    ...(contextRepoToken !== undefined && isLent ? { contextRepoToken } : {}),
    ...(project !== undefined && hasProject ? { project } : {}),
    // Callers' documents do not rest on the operator's disk. Answers of Context7 do, each to be found with its caller's key alone.
    cachePrivate: false,
    cacheDir: join(config.cacheDir, 'http'),
    audience: ['callers', ...sharedByCorpus.filter((word) => shared.has(word))].join(' '),
    surroundings: Object.freeze({
      ...surroundings,
      // The root is taken for no project.
      workingFolder: hasProject ? surroundings.workingFolder : root,
      clientFolder: hasProject ? surroundings.clientFolder : undefined,
      env: {
        ...(shared.has('npm-auth') ? surroundings.env : withoutNpmConfig(surroundings.env)),
        ...(config.registry === undefined ? {} : { npm_config_registry: config.registry }),
      },
    }),
  });
}

/** An environment in which npm finds no configuration of anybody, and so has its own: in `global` mode it reads no project's. */
function withoutNpmConfig(env: Config['surroundings']['env']): Config['surroundings']['env'] {
  return {
    PATH: env.PATH,
    npm_config_userconfig: devNull,
    // npm refuses one file for both.
    npm_config_globalconfig: join(devNull, 'none'),
    npm_config_global: 'true',
  };
}
