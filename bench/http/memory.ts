import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { readBenchOptions } from '../bench-options.ts';
import { readRssKb, toMb } from '../process-memory.ts';
import { reportFigures } from '../report.ts';
import { median } from '../samples.ts';
import { createCallers } from './callers.ts';
import { startDocpin, startInstantUpstream } from './servers.ts';

/** Whether a server grows with its calls: resident memory over 50,000 of them, in both revisions of the protocol. */
const calls = 50_000;
const batch = 1_000;
const connections = 16;
/** What is compared: the middle of the readings after the first fifth of the calls, and of the last fifth. */
const fifth = calls / batch / 5;

const options = readBenchOptions({ runs: 1 });
const upstream = await startInstantUpstream(options.root);
const server = await startDocpin(options, { cwd: tmpdir(), env: { CONTEXT7_API_URL: upstream.baseUrl } });
const callers = createCallers(server.port, connections);
const readingsMb: number[] = [];
for (let done = 0; done < calls; done += batch) {
  let left = batch;
  const loop = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const era = left % 2 === 0 ? '2026-07-28' : '2025-11-25';
      await callers.call({
        tool: 'get-docs',
        args: { library: '/acme/widgets', query: `question ${left % 50}` },
        era,
      });
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  await wait(50);
  readingsMb.push(toMb(readRssKb(server.pid)));
}
callers.close();
await server.close();
upstream.close();

const early = median(readingsMb.slice(fifth, 2 * fifth));
const late = median(readingsMb.slice(-fifth));
reportFigures(
  options.root,
  {
    name: `http-memory-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    about: { loadBefore: options.loadBefore, calls, connections },
    figures: [
      { figure: 'resident memory after 10,000 to 20,000 calls', got: early, unit: 'MB' },
      { figure: 'resident memory after 40,000 to 50,000 calls', got: late, unit: 'MB' },
      { figure: 'growth between them', got: late - early, unit: 'MB', atMost: 10 },
    ],
    samples: { readingsMb },
  },
  options.write,
);
