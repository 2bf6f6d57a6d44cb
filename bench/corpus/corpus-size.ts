import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { corpusFileName } from '../../src/corpus/open-corpus.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { readBenchOptions } from '../bench-options.ts';
import { createHome } from '../home.ts';
import { installPins } from '../install-pins.ts';
import { reportFigures } from '../report.ts';

/** How much larger the corpus file is than the text in it, with everything of the WAL in the file. */

const pins = { effect: '4.1.0', fastify: '5.12.8', next: '16.4.6' };
const options = readBenchOptions({ runs: 1 });
const project = installPins(options.root, 'corpus-size', pins);
const engine = await loadSqlite();
const home = createHome();
const cacheFolder = join(home.env.HOME ?? '', 'docpin');

const samples = Object.keys(pins).map((name) => {
  execFileSync(options.node, [options.mainFile, 'index', name, '--cache-dir', cacheFolder], {
    cwd: project,
    env: home.env,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 120_000,
  });
  const file = join(cacheFolder, corpusFileName);
  const database = engine.open(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const { textBytes } = database
    .prepare('SELECT sum(octet_length(body)) AS textBytes FROM section')
    .get() as { textBytes: number };
  database.close();
  return { with: name, textBytes, fileBytes: statSync(file).size };
});
home.remove();

const last = samples.at(-1) ?? { textBytes: Number.NaN, fileBytes: Number.NaN };
reportFigures(
  options.root,
  {
    name: `corpus-size-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    figures: [
      { figure: 'text of effect, fastify and next', got: last.textBytes / 1e6, unit: 'MB' },
      { figure: 'corpus file with them', got: last.fileBytes / 1e6, unit: 'MB' },
      {
        figure: 'corpus file, for its text',
        got: last.fileBytes / last.textBytes,
        unit: 'times',
        atMost: 2.5,
      },
    ],
    samples,
  },
  options.write,
);
