/** Words that stand beside each other, weighed by how much oftener they do than by chance. */
export interface Pairs {
  readonly words: readonly string[];
  /** How often each word was read. */
  readonly counts: readonly number[];
  /** Row by row, as a sparse matrix: `columns[starts[row]..starts[row + 1]]` and their values. */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/** A word that was read less often has no company to judge it by. */
const leastCount = 10;
const maxWords = 8_000;
const windowWords = 8;
/** Frequent neighbours count for somewhat less (Levy, Goldberg and Dagan 2015). */
const smoothing = 0.75;

/** Counts pairs within eight words, the nearer the more, and keeps those of positive pointwise mutual information. */
export function countPairs(paragraphs: readonly (readonly string[])[]): Pairs {
  const frequency = new Map<string, number>();
  let total = 0;
  for (const word of paragraphs.flat()) {
    frequency.set(word, (frequency.get(word) ?? 0) + 1);
    total += 1;
  }
  const chosen = [...frequency]
    .filter(([, count]) => count >= leastCount)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, maxWords);
  const indexes = new Map(chosen.map(([word], index) => [word, index]));
  console.log(`${paragraphs.length} paragraphs, ${total} words, ${chosen.length} of them kept`);
  const rows = chosen.map(() => new Map<number, number>());
  for (const paragraph of paragraphs) {
    const inside = paragraph.flatMap((word) => indexes.get(word) ?? []);
    for (const [at, left] of inside.entries()) {
      for (let apart = 1; apart <= windowWords && at + apart < inside.length; apart += 1) {
        const right = inside[at + apart] ?? 0;
        if (left === right) continue;
        const weight = 1 / Math.sqrt(apart);
        add(rows[left], right, weight);
        add(rows[right], left, weight);
      }
    }
  }
  return { words: chosen.map(([word]) => word), counts: chosen.map(([, count]) => count), ...weigh(rows) };
}

function add(row: Map<number, number> | undefined, column: number, weight: number): void {
  row?.set(column, (row.get(column) ?? 0) + weight);
}

function weigh(rows: readonly Map<number, number>[]): Pick<Pairs, 'starts' | 'columns' | 'values'> {
  const sums = rows.map((row) => [...row.values()].reduce((sum, value) => sum + value, 0));
  const smoothed = sums.map((sum) => sum ** smoothing);
  const all = smoothed.reduce((sum, value) => sum + value, 0);
  const starts = new Uint32Array(rows.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (const [index, row] of rows.entries()) {
    for (const [column, value] of row) {
      if (value < 1) continue;
      const information = Math.log((value * all) / ((sums[index] ?? 1) * (smoothed[column] ?? 1)));
      if (information <= 0) continue;
      columns.push(column);
      values.push(information);
    }
    starts[index + 1] = columns.length;
  }
  return { starts, columns: Uint32Array.from(columns), values: Float32Array.from(values) };
}
