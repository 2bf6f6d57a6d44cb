import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { connectClient } from '../setup/built-docpin.ts';

describe('what a client is told', () => {
  it('is exactly this, and costs little', async () => {
    const client = await connectClient('v2 auto', { cwd: '/' });
    const tools = await client.listTools();
    expect(tools).toMatchSnapshot();
    expect(client.instructions).toMatchSnapshot();
    expect(encode(JSON.stringify(tools)).length).toBeLessThanOrEqual(700);
    expect(encode(client.instructions ?? '').length).toBeLessThanOrEqual(120);
  });

  it('is the same for every client and every project', async () => {
    const [first, second] = await Promise.all([
      connectClient('v1', { cwd: '/' }),
      connectClient('v2 legacy', { cwd: import.meta.dirname }),
    ]);
    expect(await first.listTools()).toEqual(await second.listTools());
  });
});
