import { join } from 'node:path';
import { context7MayBeAsked } from '../config/config.ts';
import type { IsPublicName } from '../origins/tarball/is-public-name.ts';
import type { Source } from '../sources/source.ts';
import { composeProjectFinder } from './compose-project-finder.ts';
import { composeRegistry } from './compose-registry.ts';
import type { Closable, ComposeOptions } from './parts.ts';

/** Composes the source of the packages that the project has. */
export async function composeIndexed(options: ComposeOptions, closables: Closable[]): Promise<Source> {
  const { config, log, indexChildFile } = options;
  const [
    { createInstalledOrigin },
    { corpusFileName },
    { countTokens },
    { createCorpusOpener },
    { createIndexer },
    { createIndexedSource },
    { createLockfileReader },
    { createProjectVersions },
  ] = await Promise.all([
    import('../origins/installed/installed-origin.ts'),
    import('../corpus/open-corpus.ts'),
    import('../corpus/count-tokens.ts'),
    import('../index-job.ts'),
    import('../sources/indexed/indexing/indexer.ts'),
    import('../sources/indexed/indexed-source.ts'),
    import('../origins/lockfile/lockfile-reader.ts'),
    import('../origins/versions/project-versions.ts'),
  ]);
  const { homeFolder } = config.surroundings;
  const now = Date.now;
  const file = join(config.cacheDir, corpusFileName);
  const openCorpus = createCorpusOpener({ file, now, log });
  const indexer = createIndexer({ childFile: indexChildFile, openCorpus, log, now });
  closables.push(indexer);
  return createIndexedSource({
    findProject: await composeProjectFinder(options),
    installed: createInstalledOrigin({ homeFolder, userId: process.getuid?.() }),
    registry: composeRegistry(options, closables),
    decideVersion: createProjectVersions(createLockfileReader({ now })),
    isPublicName: composeIsPublicName(options),
    openCorpus,
    indexer,
    countTokens,
    log,
  });
}

/** Loaded by the first library that has hardly any docs; undefined where there is no other source to ask. */
function composeIsPublicName({ config }: ComposeOptions): IsPublicName | undefined {
  if (!context7MayBeAsked(config)) return undefined;
  let composed: Promise<IsPublicName> | undefined;
  return async (name, project) => {
    composed ??= Promise.all([
      import('../origins/tarball/is-public-name.ts'),
      import('../origins/tarball/npm-config/load-npm-config.ts'),
    ]).then(([{ createIsPublicName }, { createLoadNpmConfig }]) =>
      createIsPublicName(createLoadNpmConfig(config.surroundings)),
    );
    return (await composed)(name, project);
  };
}
