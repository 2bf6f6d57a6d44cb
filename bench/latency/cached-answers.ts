import { startContext7StandIn } from '../../test/stand-ins/context7/context7-stand-in.ts';
import type { BenchOptions } from '../bench-options.ts';
import { getDocs } from '../mcp-calls.ts';
import { withDocpin } from '../with-docpin.ts';

const call = { library: '/vercel/next.js', query: 'running middleware before a request' };
const count = 200;

/**
 * Milliseconds of 200 `get-docs` calls over stdio for what an uncounted first call has fetched from the Context7 stand-in.
 * Throws if one of them reached the stand-in.
 */
export async function measureCachedAnswers(options: BenchOptions, project: string): Promise<number[]> {
  const standIn = await startContext7StandIn();
  const env = { CONTEXT7_API_URL: standIn.baseUrl };
  try {
    return await withDocpin({ options, cwd: project, env }, async (server) => {
      await getDocs(server, call);
      const fetched = standIn.requests.length;
      const samples: number[] = [];
      for (let asked = 0; asked < count; asked += 1) samples.push((await getDocs(server, call)).ms);
      const later = standIn.requests.length - fetched;
      if (fetched === 0 || later !== 0) throw new Error(`Not from the cache: ${later} more requests.`);
      return samples;
    });
  } finally {
    await standIn.close();
  }
}
