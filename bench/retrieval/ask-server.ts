import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Ask } from './ask-in-process.ts';

/** Answers from the built server through a real client over stdio, with a cache folder of its own. */
export async function askServer(root: string, project: string): Promise<Ask> {
  const folder = mkdtempSync(join(tmpdir(), 'docpin-retrieval-'));
  const client = new Client({ name: 'docpin-bench', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(root, 'dist/main.js')],
    cwd: project,
    env: { PATH: process.env.PATH ?? '', DOCPIN_CACHE_DIR: folder },
    stderr: 'inherit',
  });
  await client.connect(transport);

  async function call(library: string, query: string): Promise<string> {
    const result = await client.callTool({ name: 'get-docs', arguments: { library, query, project } });
    const content = result.content as readonly { type: string; text?: string }[];
    return content[0]?.text ?? '';
  }

  return {
    async ask(question) {
      const library = question.name ?? `npm:${question.package}@${question.version}`;
      let started = performance.now();
      let text = await call(library, question.query);
      // The first call on a large package may end before its index is ready.
      for (let tries = 0; /still (?:being )?index/i.test(text.slice(0, 500)) && tries < 10; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        started = performance.now();
        text = await call(library, question.query);
      }
      return { text, ms: performance.now() - started };
    },
    async close() {
      await client.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
