import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchOptions, readBenchOptions } from '../bench-options.ts';
import { createHome, type Home } from '../home.ts';
import { installPins } from '../install-pins.ts';
import { type DocsCall, getDocs, openSession } from '../mcp-calls.ts';
import { reportFigures } from '../report.ts';
import { median, percentile, summarize } from '../samples.ts';
import { type StdioServer, startStdioServer } from '../stdio-server.ts';

/** How long a warm answer takes when the corpus holds 30 libraries: with the machine to itself, and while another process indexes. */

const pins = {
  ai: '6.0.326',
  axios: '1.21.1',
  cheerio: '1.2.0',
  commander: '14.0.3',
  'date-fns': '4.4.0',
  dayjs: '1.11.23',
  'drizzle-orm': '0.45.4',
  effect: '4.1.0',
  express: '5.3.0',
  fastify: '5.12.8',
  graphql: '16.15.0',
  hono: '4.13.19',
  immer: '11.2.10',
  ioredis: '6.0.0',
  jose: '6.2.17',
  knex: '3.3.0',
  kysely: '0.28.18',
  marked: '18.2.1',
  mongoose: '9.12.1',
  pino: '10.4.0',
  'playwright-core': '1.65.1',
  rxjs: '7.8.2',
  'socket.io': '4.8.4',
  undici: '7.30.2',
  vite: '8.3.8',
  vitest: '4.1.12',
  winston: '3.19.0',
  yargs: '18.2.0',
  zod: '4.6.7',
  zustand: '5.1.0',
};
const next = '16.4.6';

const calls: readonly DocsCall[] = [
  { library: 'ai', query: 'stream text to the browser' },
  { library: 'axios', query: 'set a timeout for a request' },
  { library: 'cheerio', query: 'load HTML and select elements' },
  { library: 'commander', query: 'make an option required' },
  { library: 'date-fns', query: 'add business days to a date' },
  { library: 'dayjs', query: 'format a date' },
  { library: 'drizzle-orm', query: 'insert rows and return them' },
  { library: 'effect', query: 'retry with exponential backoff' },
  { library: 'express', query: 'serve static files' },
  { library: 'fastify', query: 'close the database when the server shuts down' },
  { library: 'graphql', query: 'validate a query against a schema' },
  { library: 'hono', query: 'read a query parameter in a handler' },
  { library: 'immer', query: 'produce the next state with a draft' },
  { library: 'ioredis', query: 'connect to a cluster' },
  { library: 'jose', query: 'verify a JWT with a remote key set' },
  { library: 'knex', query: 'run a raw query in a transaction' },
  { library: 'kysely', query: 'select with a join' },
  { library: 'marked', query: 'write a custom renderer' },
  { library: 'mongoose', query: 'populate a reference' },
  { library: 'pino', query: 'redact passwords from the log' },
  { library: 'playwright-core', query: 'wait for a response' },
  { library: 'rxjs', query: 'debounce a stream of events' },
  { library: 'socket.io', query: 'send an event to a room' },
  { library: 'undici', query: 'retry on 429' },
  { library: 'vite', query: 'proxy requests of the dev server' },
  { library: 'vitest', query: 'mock a module' },
  { library: 'winston', query: 'write logs to a file' },
  { library: 'yargs', query: 'add a command with options' },
  { library: 'zod', query: 'validate an email address' },
  { library: 'zustand', query: 'persist the store' },
];
const rounds = 10;

interface Sample extends DocsCall {
  readonly ms: number;
}

async function measure(server: StdioServer, isEnough: (round: number) => boolean): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; !isEnough(round); round += 1)
    for (const call of calls) samples.push({ ...call, ms: (await getDocs(server, call)).ms });
  return samples;
}

/** Runs a command of docpin to its end. */
function run(options: BenchOptions, home: Home, cwd: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'ignore', 'inherit'] as const;
    const child = spawn(options.node, [options.mainFile, ...args], { cwd, env: home.env, stdio: [...stdio] });
    child.once('error', reject);
    // 1 says that one of the libraries has no docs.
    child.once('close', (code) =>
      code === 0 || code === 1 ? resolve() : reject(new Error(`docpin ended with ${code}`)),
    );
  });
}

/** Indexes next again and again, each time as content that nobody has seen, until told to stop. Says how often that was. */
function keepIndexing(options: BenchOptions, home: Home, from: string) {
  const folder = join(home.env.HOME ?? '', 'changing');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { next } }));
  cpSync(join(from, 'node_modules/next'), join(folder, 'node_modules/next'), { recursive: true });
  let isStopped = false;
  let times = 0;
  const done = (async () => {
    while (!isStopped) {
      writeFileSync(join(folder, 'node_modules/next/dist/docs/changed.md'), `# Changed\n\n${times} times.\n`);
      await run(options, home, folder, ['index', 'next']);
      times += 1;
    }
  })();
  return {
    times: () => times,
    async stop() {
      isStopped = true;
      await done;
    },
  };
}

const options = readBenchOptions({ runs: 1 });
const project = installPins(options.root, 'warm30', { ...pins, next });
const quiet: Sample[] = [];
const busy: Sample[] = [];
const timesIndexed: number[] = [];
for (let session = 0; session < options.runs; session += 1) {
  const home = createHome();
  await run(options, home, project, ['index', ...Object.keys(pins)]);
  const server = startStdioServer({
    node: options.node,
    args: [options.mainFile],
    cwd: project,
    env: home.env,
  });
  await openSession(server);
  await measure(server, (round) => round === 1);
  quiet.push(...(await measure(server, (round) => round === rounds)));
  const indexing = keepIndexing(options, home, project);
  // At least as many, and from the first to the last file of next at least twice.
  busy.push(...(await measure(server, (round) => round >= rounds && indexing.times() >= 2)));
  timesIndexed.push(indexing.times());
  await indexing.stop();
  await server.close();
  home.remove();
}

const msOf = (samples: readonly Sample[]) => samples.map(({ ms }) => ms);
const figuresOf = (when: string, samples: readonly Sample[]) => [
  {
    figure: `get-docs among 30 libraries${when}: median`,
    got: median(msOf(samples)),
    unit: 'ms' as const,
    atMost: 5,
  },
  {
    figure: `get-docs among 30 libraries${when}: p99`,
    got: percentile(msOf(samples), 0.99),
    unit: 'ms' as const,
    atMost: 30,
  },
];
reportFigures(
  options.root,
  {
    name: `warm30-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins, next },
    about: {
      loadBefore: options.loadBefore,
      timesIndexed,
      summary: { quiet: summarize(msOf(quiet)), busy: summarize(msOf(busy)) },
    },
    figures: [...figuresOf('', quiet), ...figuresOf(' while next is indexed', busy)],
    samples: { quiet, busy },
  },
  options.write,
);
