import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnv, mainFile } from '../setup/built-docpin.ts';
import { copyProject, temporaryFolder } from '../setup/fixture-projects.ts';

async function connect(mode: 'legacy' | 'auto') {
  const client = new Client({ name: 'docpin-tests', version: '1.0.0' }, { versionNegotiation: { mode } });
  const cwd = copyProject('npm-app', `${temporaryFolder()}/app`);
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [mainFile],
      cwd,
      env: cleanEnv({ DOCPIN_OFFLINE: '1' }),
    }),
  );
  onTestFinished(() => client.close());
  return client;
}

describe.each(['legacy', 'auto'] as const)('resources and prompts over the %s protocol', (mode) => {
  it('reads the overview of a library', async () => {
    const client = await connect(mode);
    expect(await client.listResources()).toMatchObject({ resources: [] });
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['docpin://library/{+id}']);
    const { contents } = await client.readResource({ uri: 'docpin://library/npm:harbor@5.2.0' });
    expect(contents).toMatchObject([
      { mimeType: 'text/markdown', text: expect.stringContaining('npm install harbor') },
    ]);
    const scoped = await client.readResource({ uri: 'docpin://library/npm:@acme/tide-query' });
    expect(JSON.stringify(scoped)).toContain('tide-query@3.1.4');
  });

  it.each([
    'docpin://library/npm:no-such-package',
    'docpin://library/npm:harbor@1.0.0',
    'docpin://library/../../etc/passwd',
    'docpin://library/%zz',
    'docpin://other/x',
    'file:///etc/passwd',
  ])('refuses %s as invalid', async (uri) => {
    const client = await connect(mode);
    await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32602 });
  });

  it('completes ids of installed packages', async () => {
    const client = await connect(mode);
    const complete = async (value: string) => {
      const ref = { type: 'ref/resource', uri: 'docpin://library/{+id}' } as const;
      return (await client.complete({ ref, argument: { name: 'id', value } })).completion.values;
    };
    expect(await complete('har')).toEqual(['npm:harbor@5.2.0']);
    expect(await complete('npm:har')).toEqual(['npm:harbor@5.2.0']);
    expect(await complete('')).toHaveLength(4);
    expect(await complete('zzz')).toEqual([]);
  });

  it('puts docs into the conversation by the prompt', async () => {
    const client = await connect(mode);
    expect((await client.listPrompts()).prompts).toMatchObject([{ name: 'docs' }]);
    const { messages } = await client.getPrompt({
      name: 'docs',
      arguments: { library: 'harbor', query: 'onUndock' },
    });
    expect(JSON.stringify(messages)).toContain('npm:harbor@5.2.0 (installed in this project)');
    await expect(client.getPrompt({ name: 'docs', arguments: { library: '' } })).rejects.toMatchObject({
      code: -32602,
    });
    await expect(client.getPrompt({ name: 'other' })).rejects.toMatchObject({ code: -32602 });
  });
});
