import { createSqliteStore } from '../../../src/cache/stores/sqlite.ts';
import { loadSqlite } from '../../../src/sqlite.ts';
import { createSeededRandom } from '../../stand-ins/fault-engine/seeded-random.ts';
import { answerFor, isAnswerFor } from './answers.ts';

/**
 * A process that writes and reads a cache file until it is killed: `<file> <seed> <keys>`. It says `up` when it has written once,
 * and `wrong <key>` when it is given what was not put under that key.
 */
const [file = '', seed = '', keys = ''] = process.argv.slice(2);
const random = createSeededRandom(Number(seed));
const store = createSqliteStore({ file, loadEngine: loadSqlite, now: Date.now });
for (let round = 0; ; round += 1) {
  const key = `key-${Math.floor(random() * Number(keys))}`;
  const lease = await store.lease(key, 1_000);
  await store.put(key, answerFor(key, Math.floor(random() * 10_000)));
  await lease?.release();
  if (round === 0) process.stdout.write('up\n');
  const read = `key-${Math.floor(random() * Number(keys))}`;
  const entry = await store.get(read);
  if (entry !== undefined && !isAnswerFor(read, entry)) process.stdout.write(`wrong ${read}\n`);
  if (random() < 0.05) await store.delete(read);
  // Lets a signal in between, as a server does.
  if (round % 10 === 0) await new Promise(setImmediate);
}
