import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createSqliteStore } from '../../../src/cache/stores/sqlite.ts';
import { loadSqlite } from '../../../src/sqlite.ts';
import { createSeededRandom } from '../../stand-ins/fault-engine/seeded-random.ts';
import { answerFor, isAnswerFor } from './answers.ts';

export interface DamageOptions {
  /** An empty folder to work in. */
  readonly folder: string;
  readonly files: number;
  readonly seed: number;
}

export interface DamageResult {
  readonly files: number;
  /** Reads that gave anything but what was put under the key. */
  readonly wrong: number;
  /** Reads that gave it. */
  readonly right: number;
  readonly missed: number;
  /** Calls that threw. */
  readonly thrown: number;
  /** Files after which a new answer could not be kept and read again. */
  readonly unhealed: number;
  readonly byKind: Readonly<Record<string, { readonly right: number; readonly missed: number }>>;
}

const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`);
const pageBytes = 8_192;
type Random = () => number;
type Damage = (file: string, random: Random) => void;

const damages: Readonly<Record<string, Damage>> = {
  'bits flipped': (file, random) =>
    change(file, (bytes) => {
      for (let flips = 1 + random() * 20; flips > 0; flips -= 1) {
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      }
    }),
  'a page of zeros': (file, random) => change(file, (bytes) => onPage(bytes, random).fill(0)),
  'a page of noise': (file, random) =>
    change(file, (bytes) => {
      const page = onPage(bytes, random);
      for (let at = 0; at < page.length; at += 1) page[at] = Math.floor(random() * 256);
    }),
  'two pages swapped': (file, random) =>
    change(file, (bytes) => {
      const [one, two] = [onPage(bytes, random), onPage(bytes, random)];
      const kept = Buffer.from(one);
      one.set(two);
      two.set(kept);
    }),
  'a letter changed in the values': (file, random) =>
    change(file, (bytes) => {
      const at = bytes.indexOf('"text":"', Math.floor(random() * bytes.length));
      if (at !== -1) bytes[at + 10] = (bytes[at + 10] ?? 0) ^ 1;
    }),
  truncated: (file, random) => truncateSync(file, Math.floor(random() * readFileSync(file).length)),
  'the header overwritten': (file, random) =>
    change(file, (bytes) => {
      for (let at = 0; at < 100; at += 1) if (random() < 0.3) bytes[at] = Math.floor(random() * 256);
    }),
  'no bytes left': (file) => truncateSync(file, 0),
  'the WAL lost': (file) => rmSync(`${file}-wal`, { force: true }),
  'the WAL damaged': (file, random) => {
    if (existsSync(`${file}-wal`)) damages['bits flipped']?.(`${file}-wal`, random);
  },
  'the shared memory damaged': (file, random) => {
    if (existsSync(`${file}-shm`)) damages['bits flipped']?.(`${file}-shm`, random);
  },
};

/** Damages copies of a cache file, seeded, half of them with answers that are still in the WAL, and uses each as a process would. */
export async function damageFiles({ folder, files, seed }: DamageOptions): Promise<DamageResult> {
  const original = join(folder, 'original.db');
  await fillFile(original);
  const random = createSeededRandom(seed);
  const kinds = Object.entries(damages);
  const byKind: Record<string, { right: number; missed: number }> = {};
  const result = { wrong: 0, right: 0, missed: 0, thrown: 0, unhealed: 0 };
  for (let index = 0; index < files; index += 1) {
    const [kind, damage] = kinds[index % kinds.length] ?? ['', () => undefined];
    const copy = join(folder, `copy-${index}`);
    mkdirSync(copy);
    const file = join(copy, 'cache.db');
    const isWithWal = index % 2 === 0;
    copyFileSync(isWithWal ? `${original}.open` : original, file);
    if (isWithWal) copyFileSync(`${original}.open-wal`, `${file}-wal`);
    if (isWithWal) copyFileSync(`${original}.open-shm`, `${file}-shm`);
    damage(file, random);
    const found = await useFile(file);
    for (const name of ['wrong', 'right', 'missed', 'thrown', 'unhealed'] as const)
      result[name] += found[name];
    const before = byKind[kind] ?? { right: 0, missed: 0 };
    byKind[kind] = { right: before.right + found.right, missed: before.missed + found.missed };
    rmSync(copy, { recursive: true });
  }
  return { files, ...result, byKind };
}

/** Makes two files: one as a process leaves it, and one (`.open`) as it is while a process that wrote is still up. */
async function fillFile(file: string): Promise<void> {
  const store = createSqliteStore({ file, loadEngine: loadSqlite, now: Date.now });
  for (const key of keys) await store.put(key, answerFor(key, key.length * 7));
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(`${file}${suffix}`, `${file}.open${suffix}`);
  await store.close();
}

async function useFile(file: string) {
  let nowMs = Date.now();
  const store = createSqliteStore({ file, loadEngine: loadSqlite, now: () => nowMs });
  const found = { wrong: 0, right: 0, missed: 0, thrown: 0, unhealed: 0 };
  try {
    for (const key of keys) {
      const entry = await store.get(key);
      if (entry === undefined) found.missed += 1;
      else if (isAnswerFor(key, entry)) found.right += 1;
      else found.wrong += 1;
    }
    for (const key of keys) await store.put(key, answerFor(key, 3));
    // As long as the longest pause after trouble.
    nowMs += 31_000;
    for (const key of keys) await store.put(key, answerFor(key, 5));
    for (const key of keys) {
      const entry = await store.get(key);
      if (entry !== undefined && !isAnswerFor(key, entry)) found.wrong += 1;
      if (entry?.storedAtMs !== 1_005) found.unhealed = 1;
    }
    await store.close();
  } catch {
    // A store never throws: whatever is in the file.
    found.thrown += 1;
  }
  return found;
}

function change(file: string, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(file);
  edit(bytes);
  writeFileSync(file, bytes);
}

function onPage(bytes: Buffer, random: Random): Buffer {
  const page = Math.floor((random() * bytes.length) / pageBytes);
  return bytes.subarray(page * pageBytes, (page + 1) * pageBytes);
}
