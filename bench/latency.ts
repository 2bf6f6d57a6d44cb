import { readBenchOptions } from './bench-options.ts';
import { installPins } from './install-pins.ts';
import { measureCachedAnswers } from './latency/cached-answers.ts';
import { measureCommand, undiciDocs } from './latency/command.ts';
import { measureCorpusAnswers } from './latency/corpus-answers.ts';
import { reportFigures } from './report.ts';
import { median, percentile, summarize } from './samples.ts';

/** How long an answer takes once the library is indexed, or the answer cached: as a command, from a server, from its memory. */
const pins = { fastify: '5.12.8', pino: '10.4.0', undici: '7.30.2' };
const options = readBenchOptions({ runs: 15 });
const project = installPins(options.root, 'latency', pins);
const commandMs = await measureCommand(options, project, undiciDocs);
const corpus = await measureCorpusAnswers(options, project);
const cachedMs = await measureCachedAnswers(options, project);

const corpusMs = corpus.map(({ ms }) => ms);
reportFigures(
  options.root,
  {
    name: `latency-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    about: {
      loadBefore: options.loadBefore,
      summary: {
        command: summarize(commandMs),
        corpus: summarize(corpusMs),
        cached: summarize(cachedMs),
      },
    },
    figures: [
      { figure: 'docpin docs, whole process: median', got: median(commandMs), unit: 'ms', atMost: 250 },
      { figure: 'get-docs from the corpus: median', got: median(corpusMs), unit: 'ms', atMost: 5 },
      { figure: 'get-docs from the corpus: p95', got: percentile(corpusMs, 0.95), unit: 'ms' },
      { figure: 'get-docs from the corpus: p99', got: percentile(corpusMs, 0.99), unit: 'ms' },
      { figure: 'get-docs from the memory cache: median', got: median(cachedMs), unit: 'ms', atMost: 1 },
      { figure: 'get-docs from the memory cache: p99', got: percentile(cachedMs, 0.99), unit: 'ms' },
    ],
    samples: { commandMs, corpus, cachedMs },
  },
  options.write,
);
