import { describe, expect, it } from 'vitest';
import { callersOfMatrix } from '../../sources/context-repo/credentials.ts';
import { call, credential } from '../../sources/context-repo/start-context-repo.ts';
import { allScopes } from '../../stand-ins/context-repo/credentials.ts';
import { startTools } from './start-tools.ts';
import { toolsOfContract, tryTools, writingTools } from './try-tools.ts';

describe('every credential with every tool', () => {
  it('is fourteen tools', async () => {
    const { tools } = await startTools();
    expect(tools.map(({ name }) => name)).toHaveLength(14);
    expect(tools.map(({ name }) => name).toSorted()).toEqual(Object.keys(toolsOfContract).toSorted());
  });

  it.each(callersOfMatrix)('is listed, and refused when it is called all the same: $name', async (caller) => {
    for (const allowsWrites of [true, false])
      expect(await tryTools(caller, allowsWrites)).toEqual({ cells: 14, wrong: [] });
  });
});

describe('the list', () => {
  it('is asked for once, and stays as it was when the scopes change', async () => {
    const { tools, fail, standIn, key } = await startTools();
    const list = async () => Promise.all(tools.map((tool) => tool.isOffered?.(call())));
    const before = await list();
    standIn.setScopes(key, ['prompts.read']);
    expect(await list()).toEqual(before);
    expect(before).toEqual(tools.map(() => true));
    expect(standIn.requests.map(({ path }) => path)).toEqual(['/v1/user/me']);
    // A refusal tells the client that it knows too little; the list goes on as it began.
    expect(await fail('list_documents')).toMatchObject({ code: 'forbidden' });
    expect(await list()).toEqual(before);
  });

  it('is what the settings allow where the scopes cannot be read, and stays that', async () => {
    const { tools, standIn } = await startTools({
      upstreamLimits: { maxAttempts: 1 },
      own: (own) => credential(own.addKey('ann', ['prompts.read'])),
    });
    standIn.failNext([{ kind: 'answer', status: 503, body: 'down' }]);
    const list = async () => Promise.all(tools.map((tool) => tool.isOffered?.(call())));
    expect(await list()).toEqual(tools.map(() => true));
    expect(await list()).toEqual(tools.map(() => true));
  });

  it('is of each caller their own', async () => {
    const { tools, standIn } = await startTools();
    const prompts = standIn.addKey('bob', ['prompts.read']);
    const list = async (key?: string) => {
      const offered = await Promise.all(
        tools.map(async (tool) => [tool.name, await tool.isOffered?.(call(key))] as const),
      );
      return offered.flatMap(([name, isOffered]) => (isOffered ? [name] : []));
    };
    expect(await list()).toHaveLength(14);
    expect(await list(prompts)).toEqual([
      'search_prompts',
      'read_prompt',
      'find_items',
      'get_user_info',
      'get_capabilities',
    ]);
  });

  it('of a key that is lent is another one than that of its owner, whoever asks first', async () => {
    for (const order of [
      [14, 11],
      [11, 14],
    ]) {
      let asks = 14;
      const { tools } = await startTools({
        // The same key, lent to callers without one and sent by its owner.
        own: (own) => credential(own.addKey('ann', allScopes)),
        lends: () => asks === 11,
      });
      for (asks of order) {
        const offered = await Promise.all(tools.map((tool) => tool.isOffered?.(call())));
        expect(offered.filter(Boolean)).toHaveLength(asks);
      }
    }
  });

  it('of a credential that is lent is for reading', async () => {
    const { tools, use, fail, asked, standIn } = await startTools({
      own: (own) => ({ ...credential(own.addToken('ann'), 'token'), isLent: true }),
    });
    for (const tool of tools)
      expect(await tool.isOffered?.(call()), tool.name).toBe(!writingTools.includes(tool.name));
    await use('list_documents');
    for (const name of writingTools)
      expect(await fail(name, toolsOfContract[name]?.[1])).toMatchObject({
        code: 'forbidden',
        next: expect.stringContaining('X-Context-Repo-Api-Key'),
      });
    expect(asked()).toEqual(['GET /v1/documents']);
    expect(standIn.requests.length).toBeGreaterThan(1);
  });
});
