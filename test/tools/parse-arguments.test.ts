import { describe, expect, it } from 'vitest';
import type { DocsRequest, Lookup, ResolveRequest } from '../../src/lookup/lookup.ts';
import { createOffer } from '../../src/tools/offer.ts';
import type { ProjectAccess } from '../../src/tools/tool.ts';

/** Records what reaches the use cases. */
function recordingTools(project: ProjectAccess = 'of-client') {
  const asked: (DocsRequest | ResolveRequest)[] = [];
  const folders: unknown[] = [];
  const facts = {
    library: '',
    origin: '',
    notes: [],
    freshness: { state: 'live' as const, ageMs: 0 },
    page: 1,
    pages: 1,
    morePages: false,
    sections: 0,
    tokens: 0,
    snippets: [],
  };
  const lookup: Lookup = {
    resolve: async (request) => {
      asked.push(request);
      return { text: '', facts: { candidates: [], failures: [] } };
    },
    answer: async (request, { projectFolder }) => {
      asked.push(request);
      folders.push(projectFolder);
      return { text: '', facts };
    },
    prepare: async () => ({ text: '', facts: { libraries: [] } }),
    list: async () => ({ text: '', facts: { project: undefined, notes: [], libraries: [] } }),
  };
  const { tools } = createOffer(lookup, project);
  const call = (name: string, args: unknown) =>
    tools.find((tool) => tool.name === name)?.call(args, { signal: new AbortController().signal });
  return { asked, folders, tools, call };
}

describe('the arguments of get-docs', () => {
  it.each([
    [{ library: 'zod' }, { library: 'zod' }],
    [
      { libraryId: 'zod', topic: 'parse' },
      { library: 'zod', query: 'parse' },
    ],
    [
      { context7CompatibleLibraryID: '/a/b', question: 'q' },
      { library: '/a/b', query: 'q' },
    ],
    [
      { libraryID: '/a/b', userQuery: 'q' },
      { library: '/a/b', query: 'q' },
    ],
    [
      { library: 'zod', libraryName: 'other', query: 'proper', topic: 'other' },
      { library: 'zod', query: 'proper' },
    ],
    [
      { topic: 'other', query: 'proper', library: 'zod' },
      { library: 'zod', query: 'proper' },
    ],
    [
      { library: 'zod', tokens: '3000', page: '2' },
      { library: 'zod', tokens: 3_000, page: 2 },
    ],
    [{ library: 'zod', query: '', tokens: null }, { library: 'zod' }],
    [{ library: 'zod', unknown: 1 }, { library: 'zod' }],
    [{ library: '', libraryName: 'zod' }, { library: 'zod' }],
    [{ library: 'zod', version: '4' }, { library: 'zod@4' }],
    [{ library: '@a/b', version: 4 }, { library: '@a/b@4' }],
    [{ library: 'zod@3', version: '4' }, { library: 'zod@3' }],
  ])('%j reaches the use case as %j', async (args, expected) => {
    const { asked, call } = recordingTools();
    await call('get-docs', args);
    expect(asked).toEqual([{ mode: 'all', page: 1, tokens: 2_500, ...expected }]);
  });

  it.each([
    undefined,
    null,
    [],
    'zod',
    5,
    {},
    { library: 5 },
    { library: 'x', tokens: 2.5 },
    { library: 'x', page: -1 },
    { library: 'x', mode: 1 },
  ])('refuses %j as bad input', async (args) => {
    const { call } = recordingTools();
    await expect(call('get-docs', args)).rejects.toMatchObject({
      code: 'bad-input',
      next: expect.stringContaining('Arguments: library'),
    });
  });
});

describe('the arguments of resolve-library', () => {
  it('reads the names that other servers use', async () => {
    const { asked, call } = recordingTools();
    await call('resolve-library', { libraryName: 'zod', userQuery: 'parse' });
    expect(asked).toEqual([{ name: 'zod', query: 'parse' }]);
  });
});

describe('the project of a call', () => {
  it.each<[ProjectAccess, unknown]>([
    ['of-client', '/home/somebody/app'],
    ['shared', undefined],
    ['none', undefined],
  ])('is, where projects are %s, %s', async (access, folder) => {
    const { folders, tools, call } = recordingTools(access);
    await call('get-docs', { library: 'zod', project: '/home/somebody/app' });
    expect(folders).toEqual([folder]);
    const shape = tools.find(({ name }) => name === 'get-docs')?.inputSchema.shape ?? {};
    expect('project' in shape).toBe(access === 'of-client');
  });
});
