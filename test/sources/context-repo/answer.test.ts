import { describe, expect, it, onTestFinished } from 'vitest';
import { throttled } from '../../stand-ins/context-repo/faults.ts';
import { ids } from '../../stand-ins/context-repo/seed.ts';
import { ask } from '../ask.ts';
import { call, type StartOptions, startContextRepo } from './start-context-repo.ts';

const handbook = `context-repo:document/${ids.handbook}`;

async function start(options?: StartOptions) {
  const started = await startContextRepo(options);
  onTestFinished(() => started.close());
  const pathsOf = () => started.standIn.requests.map(({ method, path }) => `${method} ${path}`);
  return { ...started, pathsOf };
}

describe('an answer to a query', () => {
  it('is whole sections with title, path and revision, best first', async () => {
    const { source } = await start();
    const answer = await source.answer(ask(handbook, 'roll back a failed deploy'), call());
    expect(answer).toMatchObject({
      id: handbook,
      origin: 'Context Repo',
      notes: [],
      freshness: { state: 'live' },
    });
    const [best] = answer.snippets;
    expect(best).toMatchObject({ title: 'Team Handbook > Deploying', kind: 'code' });
    expect(best?.location).toMatch(/^context-repo:document\/dHandbook01 \(revision 7\), chunk k\w+$/);
    // All three paragraphs, of which the search found one; the heading stands in the title.
    expect(best?.text).toMatch(/^Deploys go out[\s\S]+deploy --env production[\s\S]+written down\.$/);
    expect(new Set(answer.snippets.map(({ id }) => id)).size).toBe(answer.snippets.length);
    // The document as a whole is a hit too, and says nothing that its sections do not.
    for (const { text } of answer.snippets) expect(text).not.toContain('Team Handbook > Onboarding');
  });

  it('asks for each thing once, and for none of it again within five minutes', async () => {
    const { source, pathsOf, standIn, clock } = await start();
    await source.answer(ask(handbook, 'deploy'), call());
    const first = pathsOf();
    expect(first.filter((line) => line === 'POST /v1/pd/search')).toHaveLength(1);
    expect(first.filter((line) => line.startsWith('GET /v1/documents/'))).toHaveLength(1);
    expect(new Set(first).size).toBe(first.length);
    standIn.forget();
    clock.nowMs += 4 * 60_000;
    const again = await source.answer(ask(handbook, 'deploy'), call());
    expect(again.freshness).toEqual({ state: 'cached', ageMs: 240_000 });
    expect(pathsOf()).toEqual([]);
  });

  it('searches what it was asked for, without a session: the same question finds the same again', async () => {
    const { source, standIn } = await start();
    await source.answer(ask(handbook, 'deploy'), call());
    await source.answer(ask(`context-repo:collection/${ids.team}`, 'deploy'), call());
    await source.answer(ask('context-repo:all', 'deploy'), call());
    const bodies = standIn.requests
      .filter(({ path }) => path === '/v1/pd/search')
      .map(({ body }) => JSON.parse(body));
    expect(bodies).toEqual([
      { query: 'deploy', limit: 50, documentId: ids.handbook },
      { query: 'deploy', limit: 50, collectionId: ids.team },
      { query: 'deploy', limit: 50 },
    ]);
  });

  it('joins the paragraphs of a section whose own text is its heading', async () => {
    const { source, pathsOf } = await start();
    const { snippets } = await source.answer(
      ask(`context-repo:document/${ids.runbook}`, 'support release window'),
      call(),
    );
    expect(snippets[0]).toMatchObject({
      title: 'Release Runbook > Before a release',
      text: expect.stringMatching(/^Check that the build[^\n]+\n\nTell support about the release window\.$/),
    });
    expect(pathsOf()).toContain('POST /v1/pd/expand');
  });

  it('fills the budget, and reads no more than that takes', async () => {
    const { source, pathsOf } = await start();
    const small = await source.answer(ask(handbook, 'restart a service', { tokens: 500 }), call());
    expect(small.hasMore).toBe(true);
    const reads = pathsOf().filter((line) => line.includes('/pd/read/')).length;
    expect(reads).toBeLessThanOrEqual(12);
    const large = await source.answer(ask(handbook, 'restart a service', { tokens: 20_000 }), call());
    expect(large.snippets.length).toBeGreaterThan(small.snippets.length);
    expect(large.hasMore).toBe(false);
  });

  it('asks for as many hits as the server gives where that refuses more', async () => {
    const { source, standIn } = await start({ maxSearchLimit: 20 });
    const { snippets } = await source.answer(ask(handbook, 'deploy'), call());
    expect(snippets.length).toBeGreaterThan(0);
    const limits = standIn.requests
      .filter(({ path }) => path === '/v1/pd/search')
      .map(({ body }) => JSON.parse(body).limit);
    expect(limits).toEqual([50, undefined]);
  });

  it('loses nothing that was found when a document is written between two requests', async () => {
    const { source, standIn } = await start();
    standIn.failNext([{ kind: 'answer', status: 404, body: { error: { code: 404, message: 'x' } } }], {
      path: /pd.read/,
    });
    const { snippets, notes } = await source.answer(ask(handbook, 'deploy', { tokens: 500 }), call());
    expect(snippets[0]?.text).toContain('deploy');
    expect(notes.join(' ')).toContain('was written meanwhile');
  });

  it('shows what was found when sections cannot be read for now', async () => {
    for (const fault of [throttled('60'), { kind: 'answer', status: 503, body: 'down' }] as const) {
      const { source, standIn, close } = await startContextRepo({ upstreamLimits: { maxAttempts: 1 } });
      standIn.failAlways(fault, { path: /pd.read/ });
      const { snippets, notes } = await source.answer(ask(handbook, 'deploy'), call());
      expect(snippets.length).toBeGreaterThan(1);
      expect(notes).toEqual([expect.stringContaining('shown in part')]);
      await close();
    }
  });

  it('tells no revision that its text may be older than', async () => {
    const { source, standIn, clock } = await start();
    // Finds nothing, and reads the revision.
    await source.answer(ask(handbook, 'xylophone'), call());
    clock.nowMs += 4 * 60_000;
    const locationOf = async () => {
      const { snippets } = await source.answer(ask(handbook, 'rolled back'), call());
      return snippets.find(({ text }) => text.includes('rolled back at once'))?.location;
    };
    expect(await locationOf()).toContain('(revision 7)');
    const document = standIn.account('ann').documents.get(ids.handbook);
    if (document !== undefined) Object.assign(document, { content: '# Other\n\nText', revision: 8 });
    // The revision is asked for anew, what was found is not.
    clock.nowMs += 90_000;
    expect(await locationOf()).toContain('(revision unknown)');
  });

  it('tells no revision of what is shown as the search gave it', async () => {
    const { source, standIn } = await start();
    standIn.failAlways({ kind: 'answer', status: 404, body: { error: {} } }, { path: /pd.read/ });
    const { snippets } = await source.answer(ask(handbook, 'deploy'), call());
    expect(snippets.length).toBeGreaterThan(0);
    for (const { location } of snippets) expect(location).toContain('(revision unknown)');
  });

  it.each([
    [80, []],
    [1_050, [expect.stringContaining('its end is left out')]],
  ])('joins a section of %i paragraphs, and says where it is too long', async (count, notes) => {
    const { source, standIn } = await start();
    const document = standIn.account('ann').documents.get(ids.runbook);
    const paragraphs = Array.from({ length: count }, (_, index) => `P ${index}${index ? '' : ' zebra'}.`);
    if (document !== undefined)
      Object.assign(document, { content: `## Long\n\n${paragraphs.join('\n\n')}`, revision: 2 });
    const answer = await source.answer(
      ask(`context-repo:document/${ids.runbook}`, 'zebra', { tokens: 20_000 }),
      call(),
    );
    expect(answer.notes).toEqual(notes);
    expect(answer.snippets[0]?.text.split('\n\n')).toHaveLength(Math.min(count, 1_000));
  });

  it('tells a revision that is not told', async () => {
    const { source } = await start({ tellsRevision: false });
    const { snippets } = await source.answer(ask(handbook, 'deploy'), call());
    expect(snippets[0]?.location).toContain('(version 2)');
  });

  it('says that a document is not indexed yet, and what of nothing else is known', async () => {
    const { source } = await start();
    const pending = await source.answer(ask(`context-repo:document/${ids.pending}`, 'fresh'), call());
    expect(pending).toMatchObject({ snippets: [], emptyBecause: { code: 'not-ready' } });
    const nothing = await source.answer(ask(handbook, 'xylophone zebra'), call());
    expect(nothing).toMatchObject({ snippets: [], hasMore: false });
    expect(nothing.emptyBecause).toBeUndefined();
  });

  it('is refused for what is missing or of somebody else, by its own name', async () => {
    const { source } = await start();
    for (const id of [ids.nothing, ids.onlyBobs])
      await expect(source.answer(ask(`context-repo:document/${id}`, 'deploy'), call())).rejects.toMatchObject(
        {
          code: 'library-not-found',
          what: expect.stringContaining(id),
        },
      );
  });

  it('redacts secrets in the query before it leaves', async () => {
    const { source, standIn, key } = await start();
    await source.answer(ask(handbook, `deploy with ${key} and password=hunter22`), call());
    for (const { body } of standIn.requests) expect(body).not.toMatch(/gm_|hunter22/);
  });
});

describe('contents', () => {
  it('of a document are its outline and its text', async () => {
    const { source, pathsOf } = await start();
    const { snippets, hasMore } = await source.answer(ask(handbook, undefined, { tokens: 20_000 }), call());
    expect(snippets[0]?.text).toContain('Tags: team, howto.');
    expect(snippets[0]?.text).toContain('- Deploying\n    - Rolling back');
    expect(snippets.map(({ title }) => title)).toContain('Team Handbook > Deploying > Rolling back');
    expect(snippets.map(({ text }) => text).join('\n')).toContain('hands over on Monday');
    expect(snippets[1]?.location).toMatch(/\(revision 7\), line \d+$/);
    expect(hasMore).toBe(false);
    expect(pathsOf().filter((line) => line.includes('documents'))).toHaveLength(1);
  });

  it('of a collection are its items, all of them, cursors followed as far as needed', async () => {
    const { source, pathsOf } = await start();
    const notes = `context-repo:collection/${ids.notes}`;
    const few = await source.answer(ask(notes, undefined, { tokens: 500 }), call());
    expect(few.hasMore).toBe(true);
    expect(pathsOf().filter((line) => line.includes('items'))).toHaveLength(1);
    const all = await source.answer(ask(notes, undefined, { tokens: 20_000 }), call());
    expect(all.hasMore).toBe(false);
    const listed = [
      ...all.snippets
        .map(({ text }) => text)
        .join('\n')
        .matchAll(/context-repo:document\/(dNote\d+)/g),
    ];
    expect(new Set(listed.map(([, id]) => id)).size).toBe(130);
    const team = await source.answer(ask(`context-repo:collection/${ids.team}`), call());
    expect(team.snippets.map(({ text }) => text).join('\n')).toContain(
      `Review a change: prompt ${ids.review}`,
    );
  });

  it('of everything are collections and documents with their ids', async () => {
    const { source } = await start();
    const { snippets } = await source.answer(ask('context-repo:all', undefined, { tokens: 20_000 }), call());
    const text = snippets.map((snippet) => snippet.text).join('\n');
    expect(text).toContain(`- Team Docs: context-repo:collection/${ids.team}`);
    expect(text).toContain(`- Team Handbook: ${handbook}`);
    expect(text).toContain('dNote130');
  });

  it('are not read through for code, which no list is', async () => {
    const { source, pathsOf } = await start();
    const answer = await source.answer(ask('context-repo:all', undefined, { mode: 'code' }), call());
    expect(answer.snippets).toEqual([]);
    expect(pathsOf()).toEqual([]);
  });

  it('end where a cursor leads nowhere new', async () => {
    const { source, standIn, pathsOf } = await start();
    const body = {
      data: [{ itemId: 'dNote001', itemType: 'document', title: 'N' }],
      pagination: { cursor: 'same', hasMore: true },
    };
    standIn.failAlways({ kind: 'answer', status: 200, body }, { path: /items/ });
    const answer = await source.answer(
      ask(`context-repo:collection/${ids.team}`, undefined, { tokens: 20_000 }),
      call(),
    );
    // What it is, and each of the two pages.
    expect(answer.snippets).toHaveLength(3);
    expect(pathsOf().filter((line) => line.includes('items'))).toHaveLength(2);
  });

  it('of a document without text are an error', async () => {
    const { source, standIn } = await start();
    const document = standIn.account('ann').documents.get(ids.runbook);
    if (document !== undefined) document.content = ' ';
    const answer = await source.answer(ask(`context-repo:document/${ids.runbook}`), call());
    expect(answer).toMatchObject({ snippets: [], emptyBecause: { code: 'no-docs' } });
  });
});

describe('a server that answers oddly', () => {
  it('is understood: other forms of ids, null, rows that are broken, pages without rows', async () => {
    const { source } = await start({ isOdd: true });
    const answer = await source.answer(ask(handbook, 'failed deploy'), call());
    expect(answer.snippets[0]?.text).toContain('rolled back at once');
    // Ids that cannot stand in an address cannot be read on.
    expect(answer.notes).toEqual([expect.stringContaining('shown in part')]);
    const contents = await source.answer(ask('context-repo:all', undefined, { tokens: 20_000 }), call());
    const text = contents.snippets.map((snippet) => snippet.text).join('\n');
    expect(text).toContain(`- Team Docs: context-repo:collection/${ids.team}`);
    expect(text).toContain('dNote130');
    expect((await source.resolve({ name: 'team handbook' }, call()))[0]?.id).toBe(handbook);
  });

  it('is not followed through empty pages for ever', async () => {
    const { source, standIn, pathsOf } = await start();
    let count = 0;
    standIn.failAlways(
      {
        kind: 'answer',
        status: 200,
        get body() {
          count += 1;
          return { data: [], pagination: { cursor: `c${count}`, hasMore: true } };
        },
      },
      { path: /items/ },
    );
    const answer = await source.answer(ask(`context-repo:collection/${ids.team}`), call());
    expect(answer.notes).toEqual([expect.stringContaining('there may be more items')]);
    expect(pathsOf().filter((line) => line.includes('items'))).toHaveLength(5);
  });

  it('is not believed where none of its rows is one', async () => {
    const { source, standIn } = await start();
    standIn.failAlways({ kind: 'answer', status: 200, body: { data: [1, 'two', {}] } }, { path: /items/ });
    await expect(source.answer(ask(`context-repo:collection/${ids.team}`), call())).rejects.toMatchObject({
      code: 'bad-answer',
    });
  });
});

describe('names', () => {
  it('find collections and documents by letters and by meaning, what bears the name first', async () => {
    const { source, standIn } = await start();
    const candidates = await source.resolve({ name: 'team docs' }, call());
    expect(candidates[0]).toMatchObject({
      id: `context-repo:collection/${ids.team}`,
      match: 'exact',
      title: 'Team Docs',
    });
    expect(candidates.at(-1)?.id).toBe('context-repo:all');
    const found = await source.resolve({ name: 'how the team deploys' }, call());
    expect(found.map(({ id }) => id)).toContain(handbook);
    expect(found.filter(({ match }) => match === 'exact')).toEqual([]);
    const searches = standIn.requests
      .filter(({ path }) => path === '/v1/search')
      .map(({ query }) => query.get('semantic'));
    expect(searches.toSorted()).toEqual(['false', 'false', 'true', 'true']);
  });

  it('are found by one search where the other one fails', async () => {
    const { source, standIn } = await start({ upstreamLimits: { maxAttempts: 1 } });
    const down = { kind: 'answer', status: 500, body: '' } as const;
    standIn.failNext([down], { path: /search/ });
    expect((await source.resolve({ name: 'team handbook' }, call())).map(({ id }) => id)).toContain(handbook);
    standIn.failAlways(down, { path: /search/ });
    await expect(source.resolve({ name: 'runbook' }, call())).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('find everything by the name of the service', async () => {
    const { source } = await start();
    const [first] = await source.resolve({ name: 'Context Repo' }, call());
    expect(first).toMatchObject({ id: 'context-repo:all', match: 'exact' });
  });

  it('mean nothing where two bear them', async () => {
    const { source, standIn } = await start();
    const name = { kind: 'name', name: 'team handbook' } as const;
    expect(await source.identify(name, call())).toEqual({
      kind: 'context-repo',
      path: `document/${ids.handbook}`,
    });
    const runbook = standIn.account('bob').documents.get(ids.runbook);
    if (runbook !== undefined) runbook.title = 'Team Handbook';
    const bobs = standIn.addKey('bob', ['documents.read']);
    expect(await source.identify(name, call(bobs))).toBeUndefined();
  });

  it('ask nothing for who may read no documents, or is nobody', async () => {
    const { source, standIn } = await start({ own: () => undefined });
    const prompts = standIn.addKey('ann', ['prompts.write']);
    for (const caller of [call(), call(prompts)]) {
      expect(await source.resolve({ name: 'Team Handbook' }, caller)).toEqual([]);
      expect(await source.identify({ kind: 'name', name: 'Team Handbook' }, caller)).toBeUndefined();
    }
    expect(standIn.requests.map(({ path }) => path)).toEqual(['/v1/user/me']);
    await expect(source.answer(ask(handbook, 'deploy'), call(prompts))).rejects.toMatchObject({
      code: 'forbidden',
      what: expect.stringContaining('documents.read'),
    });
    await expect(source.answer(ask(handbook, 'deploy'), call())).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });
});
