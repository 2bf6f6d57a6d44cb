import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSqliteStore } from '../../../src/cache/stores/sqlite.ts';
import { loadSqlite } from '../../../src/sqlite.ts';
import { bundleScript } from '../../setup/bundle-script.ts';
import { createSeededRandom } from '../../stand-ins/fault-engine/seeded-random.ts';
import { isAnswerFor } from './answers.ts';

export interface KillOptions {
  readonly file: string;
  readonly kills: number;
  /** Processes that write at the same time. */
  readonly writers: number;
  readonly seed: number;
}

export interface KillResult {
  readonly kills: number;
  /** Reads, by a living process or after all were killed, that gave what was not put under the key. */
  readonly wrong: number;
  /** Rows that were there at the end, and were right. */
  readonly right: number;
  /** What SQLite says of the file, and files that were set aside as damaged. */
  readonly quickCheck: string;
  readonly setAside: number;
}

const keys = 60;

/** Kills writers of one cache file by SIGKILL, each some milliseconds after it began to write, and reads what they left. */
export async function killWriters({ file, kills, writers, seed }: KillOptions): Promise<KillResult> {
  const script = bundleScript('test/cache/faults/store-writer.ts');
  const random = createSeededRandom(seed);
  let begun = 0;
  let wrong = 0;

  async function runOne(): Promise<void> {
    const args = [script, file, String(seed * 10_000 + begun), String(keys)];
    begun += 1;
    const forMs = random() * 40;
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    const up = new Promise<void>((resolve) =>
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        resolve();
      }),
    );
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    await Promise.race([up, closed]);
    if (!said.startsWith('up')) throw new Error('A writer ended before it wrote.');
    await wait(forMs);
    child.kill('SIGKILL');
    await closed;
    wrong += said.split('\n').filter((line) => line.startsWith('wrong')).length;
  }

  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (begun < kills) await runOne();
    }),
  );

  const store = createSqliteStore({ file, loadEngine: loadSqlite, now: Date.now });
  let right = 0;
  for (let index = 0; index < keys; index += 1) {
    const entry = await store.get(`key-${index}`);
    if (entry === undefined) continue;
    if (isAnswerFor(`key-${index}`, entry)) right += 1;
    else wrong += 1;
  }
  await store.close();
  const database = (await loadSqlite()).open(file);
  const { quick_check: quickCheck } = database.prepare('PRAGMA quick_check').get() as { quick_check: string };
  database.close();
  const setAside = readdirSync(dirname(file)).filter((name) => name.includes('.corrupt-')).length;
  return { kills: begun, wrong, right, quickCheck, setAside };
}
