import type { Pairs } from './count-pairs.ts';

/** More directions than are kept: the last ones come out least exact. */
const spare = 16;
const rounds = 12;

/**
 * The leading eigenvectors of a symmetric sparse matrix by subspace iteration, each scaled by the root of its value: rows are
 * the words' vectors. The same on every run, as the start comes from a fixed generator.
 */
export function factorize(pairs: Pairs, dimensions: number): readonly Float64Array[] {
  const size = pairs.words.length;
  const random = generator(1);
  let basis: Float64Array[] = Array.from({ length: dimensions + spare }, () =>
    Float64Array.from({ length: size }, random),
  );
  let values: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    orthonormalize(basis);
    const images = basis.map((vector) => multiply(pairs, vector));
    values = images.map((image, index) => dot(image, basis[index] ?? image));
    basis = images;
  }
  orthonormalize(basis);
  const best = values
    .map((value, index) => ({ size: Math.abs(value), index }))
    .sort((a, b) => b.size - a.size)
    .slice(0, dimensions);
  return Array.from({ length: size }, (_, row) =>
    Float64Array.from(best, ({ size: value, index }) => (basis[index]?.[row] ?? 0) * Math.sqrt(value)),
  );
}

function multiply({ starts, columns, values }: Pairs, vector: Float64Array): Float64Array {
  const image = new Float64Array(vector.length);
  for (let row = 0; row < vector.length; row += 1) {
    let sum = 0;
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1)
      sum += (values[at] ?? 0) * (vector[columns[at] ?? 0] ?? 0);
    image[row] = sum;
  }
  return image;
}

/** Modified Gram-Schmidt, in place. */
function orthonormalize(basis: readonly Float64Array[]): void {
  for (const [index, vector] of basis.entries()) {
    for (const before of basis.slice(0, index)) {
      const share = dot(vector, before);
      for (let at = 0; at < vector.length; at += 1)
        vector[at] = (vector[at] ?? 0) - share * (before[at] ?? 0);
    }
    const length = Math.sqrt(dot(vector, vector)) || 1;
    for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) / length;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** Numbers between -0.5 and 0.5 (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 - 0.5;
  };
}
