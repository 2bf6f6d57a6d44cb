import { Worker } from 'node:worker_threads';
import { openCorpusWriter } from './corpus/open-corpus.ts';
import { toDocpinError } from './errors.ts';
import { runIndexJob } from './index-job.ts';
import type { ChildJob, ChildMessage } from './sources/indexed/indexing/indexing.ts';
import { loadSqlite } from './sqlite.ts';

/** Ends the process from another thread, because the main one may be inside a parser that does not come back. */
const watchdog = `
  const { workerData } = require('node:worker_threads');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), workerData);
`;

// The parent is gone, or has what it wanted; either way nobody waits for this process any longer.
process.on('disconnect', () => process.exit(0));
process.once('message', (job: ChildJob) => void run(job));

/** Runs the one job of this process. It ends when the parent disconnects, which it does when it has read the answer. */
async function run(job: ChildJob): Promise<void> {
  new Worker(watchdog, { eval: true, workerData: job.lifetimeMs }).unref();
  try {
    const outcome = await runIndexJob(job, () => openWriter(job), {
      signal: new AbortController().signal,
      onFile: (path, done, total) => send({ type: 'file', path, done, total }),
      onWriting: () => send({ type: 'writing' }),
    });
    await send({ type: 'done', outcome });
  } catch (thrown) {
    const { code, what, next, cause } = toDocpinError(thrown);
    process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause ?? what)}\n`);
    await send({ type: 'failed', code, what, next });
  }
}

async function openWriter({ corpusFile: file, audience }: ChildJob) {
  const writer = openCorpusWriter({ engine: await loadSqlite(), file, audience, now: Date.now });
  // A parent that goes away ends this process anywhere; nobody has to wait for the end of a lease then.
  process.once('exit', writer.close);
  return writer;
}

/** Resolves when the message is on its way: a crash right after it must not swallow it. */
function send(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    // A send that fails means a parent that went away, and `disconnect` ends the process.
    if (process.send === undefined) process.exit(2);
    process.send(message, () => resolve());
  });
}
