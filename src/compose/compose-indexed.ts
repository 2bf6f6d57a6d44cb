import { join } from 'node:path';
import type { Source } from '../sources/source.ts';
import type { Closable, ComposeOptions } from './parts.ts';

/** Composes the source of the packages that the project has. */
export async function composeIndexed(
  { config, log, indexChildFile }: ComposeOptions,
  closables: Closable[],
): Promise<Source> {
  const [
    { createProjectFinder },
    { createInstalledOrigin },
    { corpusFileName },
    { countTokens },
    { createCorpusOpener },
    { createIndexer },
    { createIndexedSource },
  ] = await Promise.all([
    import('../origins/project/project-finder.ts'),
    import('../origins/installed/installed-origin.ts'),
    import('../corpus/open-corpus.ts'),
    import('../corpus/count-tokens.ts'),
    import('../index-job.ts'),
    import('../sources/indexed/indexer.ts'),
    import('../sources/indexed/indexed-source.ts'),
  ]);
  const { workingFolder, homeFolder, clientFolder } = config.surroundings;
  const userId = process.getuid?.();
  const now = Date.now;
  const file = join(config.cacheDir, corpusFileName);
  const openCorpus = createCorpusOpener({ file, now, log });
  const indexer = createIndexer({ childFile: indexChildFile, openCorpus, log, now });
  closables.push(indexer);
  return createIndexedSource({
    findProject: createProjectFinder({
      ...(config.project === undefined ? {} : { configuredFolder: config.project }),
      ...(clientFolder === undefined ? {} : { clientFolder }),
      workingFolder,
      homeFolder,
      userId,
      now,
      log,
    }),
    origins: [createInstalledOrigin({ homeFolder, userId })],
    openCorpus,
    indexer,
    countTokens,
    log,
  });
}
