import { type BenchOptions, readBenchOptions } from '../bench-options.ts';
import { createHome } from '../home.ts';
import { installPins } from '../install-pins.ts';
import { type DocsCall, getDocs, openSession } from '../mcp-calls.ts';
import { reportFigures } from '../report.ts';
import { median } from '../samples.ts';
import { startStdioServer } from '../stdio-server.ts';

/** Six servers that start at once on one new cache folder, as the windows of an editor do, each asked for the same and for its own. */

const pins = {
  fastify: '5.12.8',
  pino: '10.4.0',
  undici: '7.30.2',
  zod: '4.6.7',
  hono: '4.13.19',
  commander: '14.0.3',
  knex: '3.3.0',
  rxjs: '7.8.2',
  winston: '3.19.0',
};
const shared: readonly DocsCall[] = [
  { library: 'fastify', query: 'close the database when the server shuts down' },
  { library: 'undici', query: 'retry on 429' },
  { library: 'pino', query: 'redact passwords from the log' },
];
const own: readonly DocsCall[] = [
  { library: 'zod', query: 'validate an email address' },
  { library: 'hono', query: 'read a query parameter' },
  { library: 'commander', query: 'required option' },
  { library: 'knex', query: 'run a raw query' },
  { library: 'rxjs', query: 'debounce a stream' },
  { library: 'winston', query: 'write logs to a file' },
];

interface Answer extends DocsCall {
  readonly server: number;
  readonly ms: number;
  readonly isRight: boolean;
}

interface Round {
  /** From the start of the first process until the last answer. */
  readonly totalMs: number;
  readonly answers: readonly Answer[];
  /** How many servers read each library's files. */
  readonly reads: Readonly<Record<string, number>>;
  /** How many times one waited for another. */
  readonly waits: number;
}

async function measureRound(options: BenchOptions, project: string): Promise<Round> {
  const home = createHome({ DOCPIN_LOG_LEVEL: 'debug' });
  const startedAt = performance.now();
  const servers = own.map(() =>
    startStdioServer({ node: options.node, args: [options.mainFile], cwd: project, env: home.env }),
  );
  try {
    const asked = await Promise.all(
      servers.map(async (server, index) => {
        await openSession(server);
        const calls = [...shared, ...own.slice(index, index + 1)];
        // At once, as an agent does that works on several files.
        return Promise.all(
          calls.map(async (call) => ({ server: index, call, ...(await getDocs(server, call)) })),
        );
      }),
    );
    const totalMs = performance.now() - startedAt;
    // What each one says when nothing is written any more has to be what the others say: all of it is there, for all of them.
    const settled = await Promise.all(
      servers.map((server) =>
        Promise.all([...shared, ...own].map(async (call) => (await getDocs(server, call)).text)),
      ),
    );
    const isAgreed = settled.every((texts) => JSON.stringify(texts) === JSON.stringify(settled[0]));
    const answers = asked.flat().map(({ server, call, text, ms }) => ({
      ...call,
      server,
      ms,
      isRight: isAgreed && isAnswerTo(call, text) && haveSameFirst(text, settled, call),
    }));
    const lines = servers.flatMap((server) => [server.stderr()]);
    const readsOf = (name: string) => lines.filter((text) => isReading(text, name)).length;
    return {
      totalMs,
      answers,
      reads: Object.fromEntries(Object.keys(pins).map((name) => [name, readsOf(name)])),
      waits: lines.join('').split('Another process reads the same').length - 1,
    };
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    home.remove();
  }
}

function isReading(log: string, name: string): boolean {
  return log
    .split('\n')
    .some((line) => line.includes('Reading a file of docs') && line.includes(`"${name}"`));
}

function isAnswerTo({ library }: DocsCall, text: string): boolean {
  const version = Object.entries(pins).find(([name]) => name === library)?.[1];
  return text.startsWith(`npm:${library}@${version} `) && text.includes('Source: ');
}

/** The best section is the same as later on; those behind it depend on how rare a word is in all that is indexed so far. */
function haveSameFirst(
  text: string,
  settled: readonly (readonly string[])[],
  { library }: DocsCall,
): boolean {
  const later = settled[0]?.find((each) => each.startsWith(`npm:${library}@`)) ?? '';
  const sourcesOf = (answer: string): readonly string[] => answer.match(/^Source: .*$/gm) ?? [];
  const [first] = sourcesOf(text);
  return first !== undefined && sourcesOf(later).includes(first);
}

const options = readBenchOptions({ runs: 5 });
const project = installPins(options.root, 'processes', pins);
const rounds: Round[] = [];
for (let run = 0; run < options.runs; run += 1) rounds.push(await measureRound(options, project));

const answers = rounds.flatMap((round) => round.answers);
const mostReads = Math.max(...rounds.flatMap(({ reads }) => Object.values(reads)));
reportFigures(
  options.root,
  {
    name: `processes-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    about: { loadBefore: options.loadBefore },
    figures: [
      { figure: 'answers to six servers at once', got: answers.length, unit: 'count' },
      {
        figure: 'wrong ones among them',
        got: answers.filter(({ isRight }) => !isRight).length,
        unit: 'count',
        atMost: 0,
      },
      { figure: 'servers that read the same library: most', got: mostReads, unit: 'count', atMost: 1 },
      {
        figure: 'six cold servers to the last of 24 answers: median',
        got: median(rounds.map(({ totalMs }) => totalMs)),
        unit: 'ms',
      },
    ],
    samples: rounds,
  },
  options.write,
);
