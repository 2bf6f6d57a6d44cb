import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderHelp } from '../src/cli/help.ts';
import type { Setting } from '../src/config/setting.ts';
import { settings } from '../src/config/settings.ts';
import { connectClient, runDocpin } from './setup/built-docpin.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const configuration = readFileSync(join(root, 'docs/configuration.md'), 'utf8');

/** A setting's row as docs/configuration.md must have it. */
function rowOf(setting: Setting): string {
  const flag = `\`--${setting.flag}${setting.isSwitch === true ? '' : ' <value>'}\``;
  const variable = setting.env === undefined ? '' : `\`${setting.env}\``;
  const preset =
    setting.default === undefined || setting.isSwitch === true ? '' : ` (default: ${setting.default})`;
  return `| ${flag} | ${variable} | ${setting.about}${preset} |`;
}

describe('the configuration page', () => {
  it('has every setting as the code has it, and no other', () => {
    expect(configuration.split('\n').filter((line) => line.startsWith('| `--'))).toEqual(settings.map(rowOf));
  });
});

describe('the README', () => {
  it('is short', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('names variables that there are', () => {
    const variables = [...readme.matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|/gm)].map(([, name]) => name);
    expect(variables.length).toBeGreaterThan(3);
    expect(settings.map(({ env }) => env)).toEqual(expect.arrayContaining(variables));
  });

  it('has the tools with their arguments', async () => {
    const client = await connectClient('v2 auto', { cwd: '/' });
    for (const tool of (await client.listTools()) as readonly {
      name: string;
      inputSchema: { properties: object };
    }[]) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${tool.name}\` |`));
      expect(row, tool.name).toBeDefined();
      const named = [...(row ?? '').matchAll(/(?:\| |; )`(\w+)`:/g)].map((match) => match[1]);
      expect(named).toEqual(Object.keys(tool.inputSchema.properties));
    }
  });

  it('has the commands of the help', () => {
    for (const [, command] of renderHelp().matchAll(/^ {2}(docpin(?: \S+)*) {2,}/gm))
      expect(readme).toContain(`| \`${command}\` |`);
  });

  it('shows what docpin really prints', () => {
    const [, query = ''] = /^docpin docs undici "([^"]+)" --tokens 500$/m.exec(readme) ?? [];
    const { stdout } = runDocpin({ cwd: root, args: ['docs', 'undici', query, '--tokens', '500'] });
    expect(readme).toContain(stdout.trim());
  });

  it('has the figures of the month as they were measured', () => {
    const file = join(root, 'bench/results/month.json');
    const { figures } = JSON.parse(readFileSync(file, 'utf8')) as {
      figures: { figure: string; got: number }[];
    };
    const figure = (name: string) => figures.find((one) => one.figure === name)?.got ?? Number.NaN;
    const cellsOf = (server: string) => {
      const share = (100 * figure(`${server}: share of calls that end in documentation`)).toFixed(1);
      return `| ${share} % | ${figure(`${server}: requests sent`).toLocaleString('en-US')} |`;
    };
    expect(readme).toContain(`| docpin, with Context7 alone ${cellsOf('docpin')}`);
    expect(readme).toContain(`| \`@upstash/context7-mcp\` 4.1.1 ${cellsOf('context7-mcp')}`);
  });

  it('has JSON that a client can read', () => {
    const blocks = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json ?? ''));
    expect(blocks).toMatchObject([
      { mcpServers: { docpin: { command: 'npx' } } },
      { servers: { docpin: { type: 'stdio' } } },
    ]);
  });
});
