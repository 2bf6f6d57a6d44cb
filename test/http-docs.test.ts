import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hashAccessToken, makeAccessToken, tokenLine } from '../src/access-token.ts';
import { connectCaller, startBuiltHttp } from './setup/built-http.ts';
import { temporaryFolder } from './setup/fixture-projects.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const docs = read('docs/http.md');

interface Entry {
  readonly type?: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
}

type Sample = readonly [file: string, key: string, entry: Entry];

/** The samples of clients' configuration, by the file that each goes into; `form` finds the file and the JSON. */
function samplesIn(text: string, form: RegExp): readonly Sample[] {
  return [...text.matchAll(form)].map(([, file = '', json = '{}']) => {
    const [[key, servers] = ['', {}]] = Object.entries(
      JSON.parse(json) as Record<string, Record<string, Entry>>,
    );
    const entry = servers.docpin;
    if (entry === undefined) throw new Error(`${file} has no docpin`);
    return [file, key, entry];
  });
}

const inDocs = samplesIn(docs, /\(`(\.[\w./]+\.json)`\)[^`]*```json\n([\s\S]*?)```/g);
const readme = read('README.md');
const inReadme = samplesIn(readme, /^\| `(\.[\w./]+\.json)` \| `([^`]+)` \|$/gm);

describe.each([
  ['docs/http.md', inDocs],
  ['README.md', inReadme],
])('%s', (_, samples) => {
  it('has a sample for each client, in the form that it reads', () => {
    expect(samples.map(([file, key, { type }]) => [file, key, type])).toEqual([
      ['.mcp.json', 'mcpServers', 'http'],
      ['.cursor/mcp.json', 'mcpServers', undefined],
      ['.vscode/mcp.json', 'servers', 'http'],
    ]);
  });

  it.each(samples)('%s connects to a server that runs', async (_, __, { url, headers = {} }) => {
    expect(await toolsBehind(url, headers)).toContain('get-docs');
  });
});

describe('README.md', () => {
  it('has the headers of a server that asks for a token', async () => {
    const [, json = ''] = /^`("headers": [^`]+)` beside it:$/m.exec(readme) ?? [];
    const { headers } = JSON.parse(`{${json}}`) as { headers: Record<string, string> };
    for (const [, , { url }] of inReadme) expect(await toolsBehind(url, headers)).toContain('get-docs');
  });
});

/** The tools of a server at that address but for its port, which asks for a token where one is sent. */
async function toolsBehind(url: string, headers: Readonly<Record<string, string>>): Promise<string[]> {
  const token = makeAccessToken();
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'tokens'), tokenLine('sample', hashAccessToken(token)), { mode: 0o600 });
  const args = headers.Authorization === undefined ? [] : ['--auth-token-file', join(cwd, 'tokens')];
  const server = await startBuiltHttp({ cwd, args });
  const running = new URL(url);
  running.port = server.url.port;
  const sent = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace('docpin_your_token', token),
  ]);
  const caller = await connectCaller(running, Object.fromEntries(sent));
  return (await caller.listTools()).map(({ name }) => name);
}

describe('docs/http.md', () => {
  it('names flags and variables that there are', () => {
    const configuration = read('docs/configuration.md');
    const flags = [...docs.matchAll(/(?<!npm )--([a-z][a-z-]+)/g)].map(([, flag]) => flag);
    for (const flag of new Set(flags)) expect(configuration).toContain(`\`--${flag}`);
    for (const [variable] of docs.matchAll(/DOCPIN_[A-Z_]+/g))
      expect(configuration).toContain(`\`${variable}\``);
  });
});

describe('the Dockerfile', () => {
  const steps = read('Dockerfile')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => line.split(' '));
  const of = (instruction: string) => steps.filter(([name]) => name === instruction);

  it('copies what there is, and what .dockerignore lets through', () => {
    const passed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    const copied = of('COPY').filter((words) => words[1]?.startsWith('--from') !== true);
    for (const path of copied.flatMap((words) => words.slice(1, -1))) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(passed).toContain(`!${path}`);
    }
  });

  it('installs what the lockfile says, runs as an ordinary user, and has a health check', () => {
    expect(
      of('RUN')
        .filter((words) => words.includes('npm'))
        .every((words) => words.includes('ci')),
    ).toBe(true);
    expect(steps.findLastIndex(([name]) => name === 'USER')).toBeGreaterThan(
      steps.findLastIndex(([name]) => name === 'RUN'),
    );
    expect(of('USER').at(-1)).toEqual(['USER', 'node']);
    expect(of('HEALTHCHECK').join(' ')).toContain('/healthz');
  });
});

it('smithery.yaml builds the Dockerfile and serves HTTP', () => {
  const smithery = parse(read('smithery.yaml'));
  expect(smithery).toMatchObject({
    runtime: 'container',
    build: { dockerfile: 'Dockerfile' },
    startCommand: { type: 'http', configSchema: { type: 'object' } },
  });
});
