import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext } from '../../src/call.ts';
import { DocpinError } from '../../src/errors.ts';
import { type LibraryId, type LibraryName, parseLibrary } from '../../src/library.ts';
import type { AnswerRequest, Source } from '../../src/sources/source.ts';

export interface SourceUnderTest {
  readonly source: Source;
  /** A library that the source has, with docs for `knownQuery`. */
  readonly knownLibrary: LibraryId;
  /** A query that `knownLibrary` has several snippets for. */
  readonly knownQuery: string;
  /** A name that means a library of the source, without a version. */
  readonly knownName: string;
  /** A version that the library of `knownName` does not have. */
  readonly unknownVersion: string;
  /** Looks like `knownName`, but means nothing here: one letter off, or a part of it. */
  readonly similarName: string;
  /** Means nothing here, and nothing is like it. */
  readonly unknownName: string;
  /** Of a form that the source owns, but it has no such library. */
  readonly unknownLibrary: LibraryId;
  /** Of a form that belongs to another source. */
  readonly foreignLibrary: LibraryId;
  /** What each call carries beside its signal, such as the project folder. */
  readonly call?: Omit<CallContext, 'signal'>;
  /** Ends what `create` started beside the source, which the contract closes itself. */
  close?(): Promise<void>;
}

/** Checks what `source.ts` promises. `create` gives a source that has been asked nothing yet. */
export function testSource(name: string, create: () => Promise<SourceUnderTest>): void {
  describe(`the source contract: ${name}`, () => {
    let given: SourceUnderTest;
    let source: Source;

    beforeEach(async () => {
      given = await create();
      source = given.source;
    });

    afterEach(async () => {
      await source.close();
      await given.close?.();
    });

    function callOf(signal: AbortSignal = new AbortController().signal): CallContext {
      return { ...given.call, signal };
    }

    function nameOf(value: string, version?: string): LibraryName {
      return { kind: 'name', name: value, ...(version === undefined ? {} : { version }) };
    }

    function answer(more: Partial<AnswerRequest> = {}, call = callOf()) {
      const request = {
        library: given.knownLibrary,
        query: given.knownQuery,
        mode: 'all',
        page: 1,
        tokens: 2_500,
      };
      return source.answer({ ...(request as AnswerRequest), ...more }, call);
    }

    function answerWithoutQuery() {
      return source.answer({ library: given.knownLibrary, mode: 'all', page: 1, tokens: 2_500 }, callOf());
    }

    it('owns its own ids and no others', () => {
      expect(source.owns(given.knownLibrary)).toBe(true);
      expect(source.owns(given.unknownLibrary)).toBe(true);
      expect(source.owns(given.foreignLibrary)).toBe(false);
    });

    it('identifies the very name, with an id of its own', async () => {
      const id = await source.identify(nameOf(given.knownName), callOf());
      expect(id).toBeDefined();
      if (id !== undefined) expect(source.owns(id)).toBe(true);
    });

    it('never takes a likeness for a match', async () => {
      expect(await source.identify(nameOf(given.similarName), callOf())).toBeUndefined();
      expect(await source.identify(nameOf(given.unknownName), callOf())).toBeUndefined();
    });

    it('says so when the name exists, but not in the asked version', async () => {
      const identified = source.identify(nameOf(given.knownName, given.unknownVersion), callOf());
      await expect(identified).rejects.toMatchObject({ code: 'version-not-found' });
    });

    it('offers at most ten candidates, each with an id that it owns', async () => {
      const candidates = await source.resolve({ name: given.knownName, query: given.knownQuery }, callOf());
      expect(candidates.length).toBeGreaterThan(0);
      expect(candidates.length).toBeLessThanOrEqual(10);
      for (const candidate of candidates) {
        const id = parseLibrary(candidate.id);
        expect(id.kind !== 'name' && source.owns(id), candidate.id).toBe(true);
        expect(candidate.title).not.toBe('');
        expect(candidate.why).not.toBe('');
        expect(candidate.versions.length).toBeLessThanOrEqual(10);
        if (candidate.popularity !== undefined) {
          expect(candidate.popularity).toBeGreaterThanOrEqual(0);
          expect(candidate.popularity).toBeLessThanOrEqual(1);
        }
      }
      expect(new Set(candidates.map(({ id }) => id)).size).toBe(candidates.length);
    });

    it('calls a match exact only when it has the very name', async () => {
      const candidates = await source.resolve({ name: given.similarName }, callOf());
      expect(candidates.filter(({ match }) => match === 'exact')).toEqual([]);
    });

    it('offers nothing when nothing is like the name', async () => {
      expect(await source.resolve({ name: given.unknownName }, callOf())).toEqual([]);
    });

    it('answers with snippets that hold what they promise', async () => {
      const { id, origin, notes, snippets, freshness } = await answer();
      const served = parseLibrary(id);
      expect(served.kind !== 'name' && source.owns(served)).toBe(true);
      expect(origin).not.toBe('');
      for (const note of notes) expect(note).toMatch(/\S[.]$/);
      expect(snippets.length).toBeGreaterThan(1);
      for (const snippet of snippets) {
        expect(snippet.text.trim()).not.toBe('');
        expect(snippet.title).not.toBe('');
        expect(snippet.location).not.toBe('');
        expect(snippet.location).not.toContain('\n');
        expect(snippet.tokens).toBeGreaterThan(0);
        expect(Number.isInteger(snippet.batch) && snippet.batch >= 0).toBe(true);
      }
      expect(freshness.ageMs).toBeGreaterThanOrEqual(0);
    });

    it('gives every snippet an id of its own', async () => {
      const { snippets } = await answer({ page: 10, tokens: 20_000 });
      expect(new Set(snippets.map(({ id }) => id)).size).toBe(snippets.length);
    });

    it('gives the same snippets again, in the same order', async () => {
      const first = await answer();
      expect((await answer()).snippets).toEqual(first.snippets);
    });

    it('keeps what stood on earlier pages when a later page is asked for', async () => {
      const early = (await answer({ page: 1, tokens: 500 })).snippets;
      const late = (await answer({ page: 3, tokens: 500 })).snippets;
      expect(late.slice(0, early.length)).toEqual(early);
      const batches = late.map(({ batch }) => batch);
      expect(batches).toEqual(batches.toSorted((a, b) => a - b));
    });

    it('gives at least the tokens that the page needs, or all there is', async () => {
      const { snippets, hasMore } = await answer({ page: 2, tokens: 1_000 });
      const tokens = snippets.reduce((sum, snippet) => sum + snippet.tokens, 0);
      if (hasMore) expect(tokens).toBeGreaterThanOrEqual(2_000);
    });

    it.each(['code', 'info'] as const)('gives only %s where only that is asked for', async (mode) => {
      const { snippets } = await answer({ mode });
      expect(snippets.filter(({ kind }) => kind !== mode)).toEqual([]);
    });

    it('gives an overview where there is no query', async () => {
      expect((await answerWithoutQuery()).snippets.length).toBeGreaterThan(0);
    });

    it('rejects with a DocpinError for a library that it does not have', async () => {
      const error = await answer({ library: given.unknownLibrary }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DocpinError);
      if (!(error instanceof DocpinError)) return;
      expect(error.code).not.toBe('internal');
      expect(error.what).toMatch(/[.]$/);
      expect(error.next).toMatch(/[.]$/);
    });

    it('stops with "cancelled" when the call is aborted, before or meanwhile', async () => {
      const aborted = callOf(AbortSignal.abort());
      const cancelled = { code: 'cancelled' };
      await expect(answer({}, aborted)).rejects.toMatchObject(cancelled);
      await expect(source.resolve({ name: given.knownName }, aborted)).rejects.toMatchObject(cancelled);
      await expect(source.identify(nameOf(given.knownName), aborted)).rejects.toMatchObject(cancelled);

      const caller = new AbortController();
      const running = answer({}, callOf(caller.signal)).catch((thrown: unknown) => thrown);
      caller.abort();
      const result = await running;
      // It may have been done by then; if it was not, it says that it was cancelled.
      if (result instanceof Error) expect(result).toMatchObject(cancelled);
    });
  });
}
