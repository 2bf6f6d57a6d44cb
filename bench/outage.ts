import { startContext7StandIn } from '../test/stand-ins/context7/context7-stand-in.ts';
import { readBenchOptions } from './bench-options.ts';
import { createHome } from './home.ts';
import { startContestant } from './month/contestant.ts';
import { reportFigures } from './report.ts';
import type { StdioServer } from './stdio-server.ts';

const warm = Array.from({ length: 500 }, (_, number) => `routing, part ${number}`);
const cold = Array.from({ length: 50 }, (_, number) => `headers, part ${number}`);
const dayMs = 86_400_000;

interface Asked {
  readonly isError: boolean;
  readonly text: string;
  readonly ms: number;
}

const options = readBenchOptions({ runs: 1 });
const standIn = await startContext7StandIn();
const home = createHome({ CONTEXT7_API_URL: standIn.baseUrl });
const docpin = { args: [options.mainFile], env: { DOCPIN_SOURCES: 'context7' } };
const startAt = (aheadMs: number) => startContestant(docpin, { home, node: options.node, aheadMs });

async function askAll(server: StdioServer, queries: readonly string[]): Promise<readonly Asked[]> {
  const all: Asked[] = [];
  for (const query of queries) {
    const { result, ms } = await server.request('tools/call', {
      name: 'get-docs',
      arguments: { library: '/vercel/next.js', query },
    });
    const { content, isError = false } = result as { content: { text: string }[]; isError?: boolean };
    all.push({ isError, text: content.map(({ text }) => text).join('\n'), ms });
  }
  return all;
}

const before = await startAt(0);
const fresh = await askAll(before, warm);
if (fresh.some(({ isError }) => isError)) throw new Error('An answer was missing before the outage.');
await before.close();
await standIn.close();

/** The same docs as before the outage, and said to be old. */
const isServed = ({ isError, text }: Asked, index: number): boolean =>
  !isError && text.includes('STALE COPY') && afterHeader(text) === afterHeader(fresh[index]?.text ?? '');
const afterHeader = (text: string): string => text.slice(text.indexOf('\n'));

// Copies are fresh for 24 hours at the most.
const during = await startAt(dayMs);
const first = await askAll(during, warm);
const missed = await askAll(during, cold);
await during.close();
const later = await startAt(dayMs + 3_600_000);
const second = await askAll(later, warm);
await later.close();
home.remove();
if (missed.some(({ isError }) => !isError)) throw new Error('Something that nobody could know was answered.');

const shareOf = (asked: readonly Asked[]) => asked.filter(isServed).length / asked.length;
reportFigures(
  options.root,
  {
    name: 'outage',
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    about: { warm: warm.length, cold: cold.length },
    figures: [
      {
        figure: 'answered and marked old, 24 h into an outage',
        got: shareOf(first),
        unit: 'share',
        atLeast: 1,
      },
      { figure: 'the same by the next process', got: shareOf(second), unit: 'share', atLeast: 1 },
      {
        figure: 'the slowest that was never asked before',
        got: Math.max(...missed.map(({ ms }) => ms)),
        unit: 'ms',
        atMost: 2_000,
      },
    ],
    samples: {
      staleMs: first.map(({ ms }) => ms),
      staleByTheNextMs: second.map(({ ms }) => ms),
      coldMs: missed.map(({ ms }) => ms),
    },
  },
  options.write,
);
