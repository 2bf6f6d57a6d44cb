import { fork } from 'node:child_process';
import { join } from 'node:path';
import { createInstalledOrigin } from '../../src/origins/installed/installed-origin.ts';
import type { Located, Project } from '../../src/origins/origin.ts';
import type { ChildJob, ChildMessage } from '../../src/sources/indexed/indexing/indexing.ts';
import type { BenchOptions } from '../bench-options.ts';

/** Finds an installed package as a server in that project would. */
export async function locateInstalled(folder: string, name: string): Promise<Located> {
  const project: Project = {
    folder,
    workspaceRoot: folder,
    packageFolders: [folder],
    dependencies: new Map(),
    notes: [],
  };
  const origin = createInstalledOrigin({ homeFolder: '/', userId: undefined });
  const [located] = await origin.locate({ name }, project, new AbortController().signal);
  if (located === undefined) throw new Error(`${name} is not installed in ${folder}`);
  return located;
}

/** The job of indexing a library into a corpus, as an indexer sends it. */
export function jobOf(located: Located, corpusFile: string): ChildJob {
  // One holder for all, so that no child waits for the lease of one that was killed.
  return {
    located,
    skip: [],
    corpusFile,
    audience: '',
    holder: 'bench',
    needsLease: true,
    lifetimeMs: 120_000,
  };
}

export interface IndexingChild {
  /** Milliseconds since it was started. */
  ageMs(): number;
  /** How far it is: what it said last. */
  phase(): 'starting' | 'reading' | 'writing' | 'done';
  /** Resolves when it says that it writes now; also when it ends before. */
  readonly writing: Promise<void>;
  /** Resolves when it has ended. Rejects when it says that it failed. */
  readonly ended: Promise<void>;
  kill(): void;
}

/** Starts the built indexing child on a job. */
export function startIndexingChild({ root, node }: BenchOptions, job: ChildJob): IndexingChild {
  const startedAt = performance.now();
  const child = fork(join(root, 'dist/index-child.js'), [], {
    execPath: node,
    env: {},
    execArgv: ['--max-old-space-size=1024'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let phase: ReturnType<IndexingChild['phase']> = 'starting';
  let failure: Error | undefined;
  let onWriting: () => void = () => undefined;
  const writing = new Promise<void>((resolve) => {
    onWriting = resolve;
  });
  child.on('message', (message: ChildMessage) => {
    if (message.type === 'failed') failure = new Error(message.what);
    if (message.type === 'file') phase = 'reading';
    if (message.type === 'writing' || message.type === 'done') phase = message.type;
    if (phase === 'writing') onWriting();
    if (message.type === 'done' || message.type === 'failed') child.disconnect();
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('exit', () => {
      onWriting();
      if (failure === undefined) resolve();
      else reject(failure);
    });
  });
  child.send(job, () => undefined);
  return {
    ageMs: () => performance.now() - startedAt,
    phase: () => phase,
    writing,
    ended,
    kill: () => void child.kill('SIGKILL'),
  };
}
