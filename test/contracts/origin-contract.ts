import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DocsFile, Located, Origin, Project, SkippedFile, Wanted } from '../../src/origins/origin.ts';

/** An origin that has a library, and how to ask for it. */
export interface OriginUnderTest {
  readonly origin: Origin;
  readonly project: Project | undefined;
  /** A library that it has, with at least two files of docs. */
  readonly known: Wanted;
}

/** Holds an implementation to what `Origin` promises. `create` is called once for each test. */
export function testOrigin(name: string, create: () => Promise<OriginUnderTest>): void {
  const { signal } = new AbortController();

  async function locateKnown(): Promise<OriginUnderTest & { located: Located }> {
    const subject = await create();
    const [located] = await subject.origin.locate(subject.known, subject.project, signal);
    if (located === undefined) throw new Error('The origin does not have the library that the test names.');
    return { ...subject, located };
  }

  describe(`${name} as an origin`, () => {
    it('locates a library as plain data, whole after a trip through JSON', async () => {
      const { located, origin, known } = await locateKnown();
      expect(JSON.parse(JSON.stringify(located))).toEqual(located);
      expect(located).toMatchObject({ origin: origin.name, name: known.name });
      expect(located.location.startsWith(`${origin.name}:`)).toBe(true);
      expect(located.stamp).not.toBe('');
      expect(isAbsolute(located.root)).toBe(true);
    });

    it('locates the same with the same stamp while nothing changes', async () => {
      const { origin, known, project, located } = await locateKnown();
      expect((await origin.locate(known, project, signal))[0]).toEqual(located);
    });

    it('locates it in its exact version and in a range around it, and in no other', async () => {
      const { origin, known, project, located } = await locateKnown();
      const find = async (version: string) =>
        (await origin.locate({ ...known, version }, project, signal)).length > 0;
      expect(await find(located.version)).toBe(true);
      expect(await find(`^${located.version}`)).toBe(true);
      expect(await find('99999.0.0')).toBe(false);
    });

    it('has nothing of a library that is not there, nor of a name that is a path', async () => {
      const { origin, project } = await create();
      for (const wanted of ['no-such-library-anywhere', '..', '../..', '@a/..', '/etc', '.', ''])
        expect(await origin.locate({ name: wanted }, project, signal)).toEqual([]);
    });

    it('opens the files that its survey names, in the order of their paths', async () => {
      const { origin, located } = await locateKnown();
      const survey = await origin.survey(located, signal);
      const { files } = await readAll(origin, located);
      expect(files.length).toBeGreaterThan(1);
      expect(files.map(({ path, kind }) => ({ path, kind }))).toEqual(
        survey.files.map(({ path, kind }) => ({ path, kind })),
      );
      expect(files.map(({ path }) => path)).toEqual(files.map(({ path }) => path).sort());
      expect(files.map(({ bytes }) => bytes.length)).toEqual(survey.files.map(({ bytes }) => bytes));
      expect(files.every(({ path }) => !path.includes('\\') && !isAbsolute(path))).toBe(true);
    });

    it('stops with `cancelled` when the signal is aborted', async () => {
      const { origin, project, known, located } = await locateKnown();
      const aborted = AbortSignal.abort();
      await expect(origin.locate(known, project, aborted)).rejects.toMatchObject({ code: 'cancelled' });
      await expect(origin.survey(located, aborted)).rejects.toMatchObject({ code: 'cancelled' });
      await expect(readAll(origin, located, aborted)).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
}

/** Reads everything that an origin opens, and holds it to the number of files that it promised. */
export async function readAll(
  origin: Origin,
  located: Located,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ files: DocsFile[]; skipped: SkippedFile[] }> {
  const files: DocsFile[] = [];
  const skipped: SkippedFile[] = [];
  let expected: number | undefined;
  const hooks = {
    onSkipped: (file: SkippedFile) => void skipped.push(file),
    onExpected(count: number) {
      expect(files).toEqual([]);
      expected = count;
    },
  };
  for await (const file of origin.open(located, signal, hooks)) files.push(file);
  expect(expected).toBeGreaterThanOrEqual(files.length);
  if (skipped.length === 0) expect(expected).toBe(files.length);
  return { files, skipped };
}
