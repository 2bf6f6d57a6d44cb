import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPins } from '../install-pins.ts';
import { countPairs } from './count-pairs.ts';
import { factorize } from './factorize.ts';
import { readParagraphs } from './read-paragraphs.ts';

/** Makes src/corpus/search/meaning/word-vectors.ts from what a few dozen packages say; none that a question is about. */
const dimensions = 64;
/** How fast a word loses weight as it gets frequent (Arora, Liang and Ma 2017). */
const frequent = 0.001;
/** Parts of a vector of length 1 are rarely over a half. */
const scale = 254;

const root = process.cwd();
const here = join(root, 'bench/word-vectors');
const folder = installPins(
  root,
  'word-vectors',
  JSON.parse(readFileSync(join(here, 'packages.json'), 'utf8')),
);
const paragraphs = readParagraphs(join(folder, 'node_modules'), askedAbout());
const pairs = countPairs(paragraphs);
const vectors = factorize(pairs, dimensions);

const total = pairs.counts.reduce((sum, count) => sum + count, 0);
const weights = Uint8Array.from(pairs.counts, (count) =>
  Math.max(1, Math.round((255 * frequent) / (frequent + count / total))),
);
const parts = new Int8Array(pairs.words.length * dimensions);
for (const [row, vector] of vectors.entries()) {
  const length = Math.sqrt(vector.reduce((sum, part) => sum + part * part, 0)) || 1;
  for (const [at, part] of vector.entries())
    parts[row * dimensions + at] = Math.max(-127, Math.min(127, Math.round((scale * part) / length)));
}

const file = join(root, 'src/corpus/search/meaning/word-vectors.ts');
writeFileSync(
  file,
  [
    '// Written by `npm run bench -- word-vectors`; docs/retrieval.md says from what.',
    '',
    '/** Parts of each vector. */',
    `export const dimensions = ${dimensions};`,
    '',
    '/** Stems, the most frequent first. */',
    `export const stems =\n  '${pairs.words.join(' ')}';`,
    '',
    '/** Of each stem how much it says, as bytes in base64. */',
    `export const weights =\n  '${Buffer.from(weights).toString('base64')}';`,
    '',
    '/** Of each stem its vector, as signed bytes in base64. */',
    `export const vectors =\n  '${Buffer.from(parts.buffer).toString('base64')}';`,
    '',
  ].join('\n'),
);
console.log(`Written: ${file}`);

/** Names of the packages that the retrieval bench asks about. */
function askedAbout(): ReadonlySet<string> {
  const sets = join(root, 'bench/retrieval/questions');
  const lines = readdirSync(sets)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(sets, name), 'utf8').split('\n'))
    .filter((line) => line !== '');
  return new Set([...lines.map((line) => JSON.parse(line).package as string), 'undici-types']);
}
