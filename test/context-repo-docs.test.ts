import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Operation, operations } from '../src/sources/context-repo/client/operations.ts';
import { startTools } from './tools/context-repo/start-tools.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/context-repo.md'), 'utf8');

function rowsUnder(name: string): readonly string[] {
  const block = new RegExp(`<!-- ${name}:[^\\n]*\\n([\\s\\S]*?)<!-- end -->`).exec(page)?.[1] ?? '';
  return block.trim().split('\n').slice(2);
}

function needsOf({ scopes }: Operation): string {
  if (scopes === 'public') return 'nothing, it is public';
  if (scopes === 'any credential') return 'any key or token';
  return scopes.map((scope) => `\`${scope}\``).join(' or ');
}

describe('the page on Context Repo', () => {
  it('has the scopes of every operation', () => {
    expect(rowsUnder('scopes')).toEqual(
      operations.map((row) => `| \`${row.name}\` | \`${row.method} ${row.path}\` | ${needsOf(row)} |`),
    );
  });

  it('has the tools', async () => {
    const { tools } = await startTools();
    expect(rowsUnder('tools')).toEqual(
      tools.map(({ name, title, annotations }) => {
        const [needs = ''] = operations.filter((row) => row.name === name).map(needsOf);
        const writes = annotations.readOnlyHint ? '' : ', `--allow-writes`';
        return `| \`${name}\` | ${title} | ${needs}${writes} |`;
      }),
    );
  });
});
