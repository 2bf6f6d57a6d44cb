import { tmpdir } from 'node:os';
import { readBenchOptions } from '../bench-options.ts';
import { reportFigures } from '../report.ts';
import { type CalledTool, createCallers } from './callers.ts';
import { startDocpin, startInstantUpstream } from './servers.ts';

/**
 * Answers that reach somebody else: 200 clients, each with a key and a library of its own and all with the same request ids, ask for
 * 30 s, one call in ten given up on the way. Every answer says whose it is.
 */
const clients = 200;
const seconds = 30;
const shareCancelled = 0.1;

const options = readBenchOptions({ runs: 1 });
const upstream = await startInstantUpstream(options.root);
const server = await startDocpin(options, { cwd: tmpdir(), env: { CONTEXT7_API_URL: upstream.baseUrl } });
const callers = createCallers(server.port, clients);
const endsAt = performance.now() + seconds * 1_000;
let [answered, cancelled, crossed] = [0, 0, 0];

async function client(number: number): Promise<void> {
  const key = `ctx7sk-key-of-client-${number}-`;
  for (let id = 0; performance.now() < endsAt; id += 1) {
    const stop = new AbortController();
    const isGivenUp = Math.random() < shareCancelled;
    if (isGivenUp) setTimeout(() => stop.abort(), Math.random() * 10);
    const called = callers.call({
      tool: 'get-docs',
      args: { library: `/canary/client-${number}`, query: `question ${id % 20}` },
      id,
      era: number % 2 === 0 ? '2026-07-28' : '2025-11-25',
      headers: { 'x-context7-api-key': key },
      signal: stop.signal,
    });
    try {
      const answer = await called;
      answered += 1;
      if (!isOwn(answer, { id, number, key })) crossed += 1;
    } catch (thrown) {
      if (!isGivenUp) throw thrown;
      cancelled += 1;
    }
  }
}

function isOwn(answer: CalledTool, own: { id: number; number: number; key: string }): boolean {
  const named = [...answer.text.matchAll(/canary of (\S+) for Bearer (\S+) on question (\d+)/g)];
  return (
    answer.id === own.id &&
    named.length > 0 &&
    named.every(
      ([, library, key, question]) =>
        library === `/canary/client-${own.number}` && key === own.key && question === String(own.id % 20),
    )
  );
}

await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
callers.close();
await server.close();
upstream.close();

reportFigures(
  options.root,
  {
    name: `http-crossing-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    about: { loadBefore: options.loadBefore, clients, seconds },
    figures: [
      { figure: 'answers that were somebody else’s', got: crossed, unit: 'count', atMost: 0 },
      { figure: 'answers that were looked at', got: answered, unit: 'count', atLeast: 10_000 },
      { figure: 'calls that were given up', got: cancelled, unit: 'count', atLeast: 500 },
    ],
    samples: { answered, cancelled, crossed },
  },
  options.write,
);
