import { dimensions, stems, vectors, weights } from './word-vectors.ts';
import { plainWords, stemmed } from './words.ts';

/** How near a text is to what was asked, from -1 to 1; 0 where either holds no word that is known. */
export type MeaningOf = (text: string) => number;

interface Table {
  readonly rows: ReadonlyMap<string, number>;
  readonly weights: Uint8Array;
  readonly parts: Int8Array;
}

let table: Table | undefined;

/** Decoded when a query first needs it: 3 ms and half a megabyte that a start does without. */
function readTable(): Table {
  if (table === undefined) {
    const bytes = Buffer.from(vectors, 'base64');
    table = {
      rows: new Map(stems.split(' ').map((stem, row) => [stem, row])),
      weights: Buffer.from(weights, 'base64'),
      parts: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    };
  }
  return table;
}

/**
 * Compares texts with a query by the company that their words keep in docs: "abort" stands where "cancel" does, "mock" where
 * "fake" does. A text is the sum of its words' vectors, rare ones weighing more.
 */
export function compareMeaning(query: string): MeaningOf {
  const asked = sumOf(query);
  const length = lengthOf(asked);
  if (length === 0) return () => 0;
  return (text) => {
    const said = sumOf(text);
    let product = 0;
    for (let at = 0; at < dimensions; at += 1) product += (asked[at] ?? 0) * (said[at] ?? 0);
    return product / (length * lengthOf(said) || 1);
  };
}

function sumOf(text: string): Float32Array {
  const { weights: worth, parts } = readTable();
  const counts = new Map<number, number>();
  for (const word of plainWords(text)) {
    const row = rowOf(word);
    if (row >= 0) counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  const sum = new Float32Array(dimensions);
  for (const [row, count] of counts) {
    const weight = count * (worth[row] ?? 0);
    const from = row * dimensions;
    for (let at = 0; at < dimensions; at += 1) sum[at] = (sum[at] ?? 0) + weight * (parts[from + at] ?? 0);
  }
  return sum;
}

/** Docs repeat their words; cutting one to its stem takes longer than finding it again. */
const known = new Map<string, number>();
const maxKnown = 20_000;

/** Where a word's vector is; -1 where it has none. */
function rowOf(word: string): number {
  let row = known.get(word);
  if (row === undefined) {
    const stem = stemmed(word);
    row = (stem === undefined ? undefined : readTable().rows.get(stem)) ?? -1;
    if (known.size >= maxKnown) known.clear();
    known.set(word, row);
  }
  return row;
}

function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (const part of vector) sum += part * part;
  return Math.sqrt(sum);
}
