import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { CallContext } from '../../../src/call.ts';
import { countTokens } from '../../../src/corpus/count-tokens.ts';
import { createCorpusOpener } from '../../../src/index-job.ts';
import { createLog } from '../../../src/log.ts';
import { createInstalledOrigin } from '../../../src/origins/installed/installed-origin.ts';
import { createLockfileReader } from '../../../src/origins/lockfile/lockfile-reader.ts';
import type { Origin } from '../../../src/origins/origin.ts';
import { createProjectFinder } from '../../../src/origins/project/project-finder.ts';
import { createProjectVersions } from '../../../src/origins/versions/project-versions.ts';
import { createIndexedSource } from '../../../src/sources/indexed/indexed-source.ts';
import { createIndexer, type IndexerOptions } from '../../../src/sources/indexed/indexing/indexer.ts';
import type { AnswerRequest } from '../../../src/sources/source.ts';
import { bundleIndexChild } from '../../setup/index-child.ts';

let bundled: string | undefined;

/** The real indexing child, bundled once for each test file. */
export function realChild(): string {
  bundled ??= bundleIndexChild();
  return bundled;
}

/**
 * A child that is the real one but crashes, hangs or runs out of memory when it comes to a file of that name, and that tells
 * its environment on stderr.
 */
export function fragileChild(folder: string): string {
  const file = join(folder, 'fragile-child.mjs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    `const send = process.send.bind(process);
    process.stderr.write('environment: ' + Object.keys(process.env).join(' ') + '\\n');
    process.send = (message, done) => send(message, () => {
      if (message.type === 'file' && message.path.includes('crash')) process.kill(process.pid, 'SIGSEGV');
      if (message.type === 'file' && message.path.includes('hang')) for (;;);
      done?.();
    });
    await import(${JSON.stringify(pathToFileURL(realChild()).href)});`,
  );
  return file;
}

export const call: CallContext = { signal: new AbortController().signal };

export interface OpenSourceOptions extends Partial<IndexerOptions> {
  readonly cacheFolder: string;
  /** The working folder of the server; the root of the file system when left out. */
  readonly project?: string;
  readonly registry?: () => Promise<Origin>;
  readonly registryWaitMs?: number;
}

/** The indexed source as it is composed for users, over a corpus file in a folder. Closed after the test. */
export function openSource({
  cacheFolder,
  project = '/',
  registry,
  registryWaitMs,
  ...options
}: OpenSourceOptions) {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  const owner = { homeFolder: '/no-home', userId: process.getuid?.() };
  const file = join(cacheFolder, 'corpus-v1.db');
  const openCorpus = options.openCorpus ?? createCorpusOpener({ file, now: Date.now, log });
  const indexer = createIndexer({ childFile: realChild(), log, now: Date.now, ...options, openCorpus });
  const findProject = createProjectFinder({ ...owner, workingFolder: project, now: Date.now, log });
  const installed = createInstalledOrigin(owner);
  const decideVersion = createProjectVersions(createLockfileReader({ now: Date.now }));
  const source = createIndexedSource({
    findProject,
    installed,
    registry,
    decideVersion,
    openCorpus,
    indexer,
    log,
    countTokens,
    ...(registryWaitMs === undefined ? {} : { registryWaitMs }),
  });
  onTestFinished(() => source.close());

  async function ask(
    name: string,
    query?: string,
    more: Partial<AnswerRequest> & { version?: string } = {},
    from = call,
  ) {
    const { version, ...request } = more;
    const library = { kind: 'npm' as const, name, ...(version === undefined ? {} : { version }) };
    const asked = { library, mode: 'all' as const, page: 1, tokens: 2_500, ...request };
    return source.answer(query === undefined ? asked : { ...asked, query }, from);
  }

  return { source, indexer, ask, lines, openCorpus, origins: [installed], findProject };
}
