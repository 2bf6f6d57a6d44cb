import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CorpusReader } from '../../src/corpus/corpus.ts';
import { openCorpus } from '../../src/corpus/open-corpus.ts';
import { prepareFindMatches } from '../../src/corpus/search/find-matches.ts';
import { createWriter } from '../../src/corpus/store/create-writer.ts';
import { openForWriting } from '../../src/corpus/store/open-database.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { libraryOf, openTestCorpus } from './open-test-corpus.ts';

const fence = '```';
const filler = (topic: string) =>
  Array.from(
    { length: 12 },
    (_, index) => `## ${topic} ${index}\n\nWords about ${topic} in general, part ${index}.\n`,
  ).join('\n');

const files = {
  'README.md': `# Server\n\nA small server for requests.\n\n## Install\n\n${fence}\nnpm install server\n${fence}\n`,
  'docs/hooks.md': `# Hooks\n\nHooks run around a request.\n\n## onClose\n\nRuns when the server is closed, so release the database pool here.\n\n### Example\n\n${fence}js\napp.addHook('onClose', () => pool.end());\n${fence}\n\n## onRequest\n\nRuns first for every request.\n\n${filler('hook')}`,
  'docs/errors.md': `# Errors\n\n## ERR_DEC_REFERENCE_TYPE\n\nA decorator cannot be an object.\n\n## Types\n\nEvery error has a type, a reference and a type of reference. Reference types are types.\n\n${filler('error')}`,
  'docs/reply.md': `# Reply\n\n## getSerializationFunction\n\nReturns the function that serializes a schema.\n\n${filler('reply')}`,
  'docs/ecosystem.md':
    '# Ecosystem\n\nMade by others.\n\n- [pool-database](https://a.test/1) release a database pool\n- [close-pool](https://a.test/2) close a pool\n',
  'docs/migration.md':
    '# Migration guide\n\n## Close\n\nRelease the database pool when the server is closed, as before.\n',
  'docs/quickstart-a.md':
    '# Start A\n\n## Run it\n\nOpen the browser and look at the walrus page of the running app.\n',
  'docs/quickstart-b.md':
    '# Start B\n\n## Run it\n\nOpen the browser and look at the walrus page of the running app!\n',
  'AGENTS.md': '# Agents\n\nRuns when the server is closed, so release the database pool here, agent.\n',
  'CHANGELOG.md':
    '# Changelog\n\n## 2.0.0\n\nRuns when the server is closed, so release the database pool here. Removed walruses.\n',
};

let reader: CorpusReader;
let rowId: number;
let other: number;
let close: () => void;

beforeAll(async () => {
  const corpus = await openTestCorpus();
  ({ reader, close } = corpus);
  rowId = corpus.writer.add(
    libraryOf('server', files, {
      kinds: { 'README.md': 'readme', 'AGENTS.md': 'agent', 'CHANGELOG.md': 'changelog' },
    }),
  );
  // More of it than there are candidates, so that without the scope it would crowd the library itself out.
  const crowd = Array.from(
    { length: 200 },
    (_, index) => `# onClose\n\nSecret ${index} onClose onClose database pool.\n`,
  );
  other = corpus.writer.add(libraryOf('other', { 'docs/a.md': crowd.join('\n') }));
});
afterAll(() => close());

function search(query: string, mode: 'all' | 'code' | 'info' = 'all', limit = 10) {
  return reader.search(rowId, query, { mode, limit });
}

describe('ranking', () => {
  it('puts the section that answers first, before link lists, migration guides, agent guides and changelogs', () => {
    const found = search('where do I release the database pool when the server is closed');
    expect(found[0]).toMatchObject({ path: 'docs/hooks.md', heading: 'onClose', trail: 'Hooks' });
    const order = found.map((section) => section.path);
    expect(order.indexOf('AGENTS.md')).toBeGreaterThan(order.indexOf('docs/migration.md'));
    expect(order.indexOf('CHANGELOG.md')).toBeGreaterThan(order.indexOf('AGENTS.md'));
  });

  it('takes prose with long links in it for prose', async () => {
    const { reader: linked, writer, close: closeLinked } = await openTestCorpus();
    const address = 'https://example.test/a/very/long/address/of/a/page/that/says/more/about/it';
    const library = writer.add(
      libraryOf('linked', {
        'docs/setup.md': `# Setup\n\nThis package is installed with [npm](${address}) or [pnpm](${address}) from the [registry](${address}).\n`,
        'docs/tests.md': '# Tests\n\nTo run the tests, see that the package is installed; then start them.\n',
      }),
    );
    const found = linked.search(library, 'install the package with npm', { mode: 'all', limit: 5 });
    expect(found[0]?.path).toBe('docs/setup.md');
    closeLinked();
  });

  it('is not flooded by the parts of an identifier that it knows', () => {
    expect(search('ERR_DEC_REFERENCE_TYPE')[0]?.heading).toBe('ERR_DEC_REFERENCE_TYPE');
    expect(search('ERR_DEC_REFERENCE_TYPE').every((section) => section.heading !== 'Types')).toBe(true);
  });

  it('goes by the parts of an identifier that it does not know', () => {
    expect(search('onRequestHook')[0]?.path).toBe('docs/hooks.md');
  });

  it('finds an identifier typed as words, in lower case and misspelt', () => {
    for (const query of ['on close', 'onclose', 'onClose']) expect(search(query)[0]?.heading).toBe('onClose');
    for (const query of [
      'getSerialisationFunction',
      'get serialization function',
      'getserializatonfunction',
    ]) {
      expect(search(query)[0]?.heading).toBe('getSerializationFunction');
    }
  });

  it('gives the same answer to the same question, in the order of the scores', () => {
    const found = search('close server request hook');
    expect(search('close server request hook')).toEqual(found);
    const scores = found.map((section) => section.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('leaves out what nearly repeats a better section', () => {
    expect(search('walrus page browser').filter((section) => section.heading === 'Run it')).toHaveLength(1);
  });

  it('answers a mode with sections of that kind', () => {
    expect(search('onClose hook', 'code').every((section) => section.kind === 'code')).toBe(true);
    expect(search('server install', 'code')[0]?.heading).toBe('Install');
  });

  it('answers a mode with nothing of the other kind that stands next to it', () => {
    const [prose] = search('onClose release pool', 'info');
    expect(prose).toMatchObject({ heading: 'onClose', kind: 'info' });
    expect(prose?.body).not.toContain(fence);
    for (const mode of ['code', 'info'] as const)
      for (const section of search('hook request close server install', mode, 100))
        expect(section.kind).toBe(mode);
  });

  it('takes no word of a small library for too common to look for', async () => {
    const corpus = await openTestCorpus();
    const rest = Array.from({ length: 6 }, (_, index) => `## Pier ${index}\n\nIts number is ${index}.\n`);
    const small = corpus.writer.add(
      libraryOf('small', {
        'README.md': '# Small\n\nDock a ship.\n',
        'a.md': '# Lamps\n\nThe lighthouse has one.\n',
        'b.md': `# Docking\n\nShips dock at a pier.\n\n${rest.join('\n')}`,
      }),
    );
    const found = corpus.reader.search(small, 'lighthouse dock ship', { mode: 'all', limit: 10 });
    expect(found.map(({ path }) => path).sort()).toEqual(['README.md', 'a.md', 'b.md']);
    corpus.close();
  });

  it('asks for every word where the rare ones stand in next to nothing, unless one is a name', async () => {
    const { reader: small, writer, close: closeSmall } = await openTestCorpus();
    const ports = Array.from(
      { length: 40 },
      (_, index) => `## Port ${index}\n\nA ship finds shelter in port ${index}.\n`,
    );
    const library = writer.add(
      libraryOf('sea', {
        'docs/ports.md': `# Ports\n\n${ports.join('\n')}`,
        'docs/gulls.md': '# Gulls\n\nA gull screeches. ERR_GULL_LOST is thrown when it is gone.\n',
      }),
    );
    const ask = (query: string) =>
      small.search(library, query, { mode: 'all', limit: 60 }).map(({ path }) => path);
    expect(ask('which port screeches')).toContain('docs/ports.md');
    expect(ask('which port screeches')).toContain('docs/gulls.md');
    expect(ask('port ERR_GULL_LOST')).toEqual(['docs/gulls.md']);
    closeSmall();
  });

  it('never answers from another library', () => {
    const text = JSON.stringify([...search('secret words onClose pools', 'all', 100)]);
    expect(text).not.toContain('Secret');
    expect(search('onClose database pool')[0]?.path).toBe('docs/hooks.md');
    expect(
      JSON.stringify(reader.search(other, 'release database', { mode: 'all', limit: 100 })),
    ).not.toContain('server');
  });

  it('holds to the limit, and finds nothing for a word that is nowhere', () => {
    expect(search('server error reply hook', 'all', 3)).toHaveLength(3);
    expect(search('xylophone')).toEqual([]);
  });
});

describe('joining', () => {
  it('takes the example under a short section in with it, under its own heading', () => {
    const [first] = search('onClose release pool');
    expect(first?.sectionIds).toHaveLength(2);
    expect(first?.body).toContain("#### Example\n\n```js\napp.addHook('onClose'");
    expect(first?.kind).toBe('code');
  });

  it('shows no section twice and grows no snippet far', () => {
    const found = search('hook request close server', 'all', 100);
    const ids = found.flatMap((section) => section.sectionIds);
    expect(new Set(ids).size).toBe(ids.length);
    for (const section of found) expect(section.tokens).toBeLessThanOrEqual(800);
  });
});

it('weighs the columns in their order: a heading beats a trail, a trail beats a file, a file beats text', async () => {
  const engine = await loadSqlite();
  const database = openForWriting({ engine, file: ':memory:', now: () => 0 });
  const writer = createWriter(database, { now: () => 0, audience: '', maxTextBytes: 1e9 });
  const section = {
    line: 1,
    tokens: 3,
    kind: 'info' as const,
    heading: 'plain',
    trail: 'plain',
    body: 'plain words here',
  };
  const pages = [
    { path: 'a.md', sections: [{ ...section, body: 'plain zebra here' }] },
    { path: 'zebra.md', sections: [section] },
    { path: 'c.md', sections: [{ ...section, trail: 'zebra' }] },
    { path: 'd.md', sections: [{ ...section, heading: 'zebra' }] },
    ...Array.from({ length: 30 }, (_, index) => ({ path: `rest/${index}.md`, sections: [section] })),
  ].map((page) => ({ ...page, title: 'plain', kind: 'guide' as const }));
  const coverage = { guides: 0, apiEntries: 0, readmeBytes: 0, agentGuides: 0, changelogs: 0, skipped: [] };
  const id = writer.add({ name: 'a', version: '1', contentHash: 'a', pages, coverage });
  const { scores } = prepareFindMatches(database).find(id, 34, [{ text: 'zebra', role: 'joined' }]);
  expect([...scores].sort((a, b) => b[1] - a[1]).map(([row]) => row)).toEqual([4, 3, 2, 1]);
  // The scope is in every row; a weight on it would drown the rest.
  const scope = database
    .prepare(
      'SELECT bm25(section_exact, 0, 8, 4, 2, 1) AS score FROM section_exact WHERE section_exact MATCH ? LIMIT 1',
    )
    .get(`scope : lib${id}`) as { score: number };
  expect(Math.abs(scope.score)).toBeLessThan(1e-9);
  database.close();
});

it('gives the opening, how to install it and what there is as an overview', () => {
  const overview = reader.overview(rowId);
  expect(overview.opening.map((section) => section.heading)).toEqual(['Server', 'Install']);
  const kinds = overview.contents.map((page) => page.kind);
  expect(kinds).toEqual([...kinds].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  expect(overview.contents.find((page) => page.path === 'docs/hooks.md')?.headings.slice(0, 2)).toEqual([
    'onClose',
    'onRequest',
  ]);
});

const order = ['guide', 'readme', 'api', 'agent', 'changelog'];

it('serves both sides over one connection in memory', async () => {
  const {
    reader: memory,
    writer,
    close: closeMemory,
  } = openCorpus({
    engine: await loadSqlite(),
    file: ':memory:',
    now: () => 0,
  });
  writer.add(libraryOf('pkg', { 'README.md': '# P\n\nzebra\n' }), { origin: { location: 'o', stamp: 's' } });
  const found = memory.findByOrigin('o', 's');
  expect(memory.search(found?.rowId ?? 0, 'zebra', { mode: 'all', limit: 1 })[0]?.body).toBe('zebra');
  closeMemory();
});
