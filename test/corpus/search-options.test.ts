import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkPage } from '../../src/corpus/chunk-page.ts';
import type { CorpusReader, Page } from '../../src/corpus/corpus.ts';
import { chunkTypes } from '../../src/corpus/types/chunk-types.ts';
import { noCoverage, openTestCorpus } from './open-test-corpus.ts';

const many = Array.from(
  { length: 60 },
  (_, index) => `  /** Sail number ${index} of the boat. */\n  sail${index}?: string;`,
);

const remark = '   * of the rope, of which more could be said.\n'.repeat(9);
const long = Array.from(
  { length: 4 },
  (_, index) => `  strand${index}: string;\n  /* Strand ${index}\n${remark}   */`,
);

const declarations = {
  'moor.d.ts': `import type { MoorOptions } from './options';
/** Moors the boat. */
export declare function moor(place: string, options?: MoorOptions): void;
/** Rigs the boat. */
export declare function rig(options: Rig.Options): void;
/** Hoists every sail. */
export declare function hoist(options: SheetSettings): void;
/** Ties the knots. */
export declare function reefSail(options: ReefOptions): void;
/** Weaves a net or a sail. */
export declare function weave(options: Loom.Options): void;
/** Turns the winch. */
export declare function winch(options?: WinchOptions): void;
/** Splices a rope. */
export declare function splice(options: SpliceOptions): void;
/** Splices another rope. */
export declare function spliceAgain(options: SpliceOptions): void;
/** Paints the hull, whose options are those of something else. */
export declare function paint(options: PaintOptions): void;
/** Sinks it. */
export declare function sink(options: ElsewhereOptions): void;
export declare namespace Rig {
  /** Of the rig. */
  interface Options {
    mast: number;
  }
  /** Tightens the stays. */
  function tighten(options: Options): void;
}
/** Steps the mast of a hull without options of its own. */
export declare function stepMast(options: Options): void;
/** Of all sails. */
export interface SheetSettings {
${many.join('\n')}
}
export declare function undocumentedLaunch(options: Rig.Options): void;
`,
  'options.d.ts': `/** For what is done in a strong wind, far out at sea, when there is nothing else left: a reef is tied. */
export interface ReefOptions {
  knots: number;
}
export interface AnchorOptions { weight: number }
export type PaintOptions = Parameters<typeof rig>;
export interface SpliceOptions {
${long.join('\n')}
}
export interface WinchOptions { drums: number }
export interface MoorOptions {
  ropes?: number;
  /** Which bollard. Further words about bollards that nobody needs here. */
  bollard?: string;
}
`,
  'other.d.ts': `/** Not of the rig. */
export declare namespace Net {
  /** Of a net. */
  interface Options { mesh: number }
}
`,
};

let reader: CorpusReader;
let rowId: number;
let close: () => void;

beforeAll(async () => {
  const corpus = await openTestCorpus();
  ({ reader, close } = corpus);
  const api = await Promise.all(
    Object.entries(declarations).map(([path, text]) => chunkTypes({ path, text })),
  );
  const guide = chunkPage({
    path: 'docs/a.md',
    kind: 'guide',
    text: '# Boats\n\nA boat floats: float(options: MoorOptions).\n',
  });
  rowId = corpus.writer.add(libraryOf('boat', [...api, guide]));
  corpus.writer.add(
    libraryOf('foreign', [
      await chunkTypes({
        path: 'a.d.ts',
        text: '/** X. */\nexport interface ElsewhereOptions { secret: 1 }\n',
      }),
    ]),
  );
});
afterAll(() => close());

function libraryOf(name: string, pages: readonly Page[]) {
  return { name, version: '1.0.0', contentHash: name, pages, coverage: noCoverage };
}

function search(query: string) {
  return reader.search(rowId, query, { mode: 'all', limit: 10 });
}

describe('the options that a declaration takes', () => {
  it('stand with it, also from another file', () => {
    const [first] = search('moor');
    expect(first?.heading).toBe('moor');
    expect(first?.body).toContain(
      'export declare function moor(place: string, options?: MoorOptions): void;',
    );
    expect(first?.body).toContain('#### MoorOptions');
    expect(first?.body).toContain('bollard?: string;');
  });

  it('are taken out of a group of undocumented types', () => {
    const [first] = search('winch');
    expect(first?.heading).toBe('winch');
    expect(first?.body).toContain('#### WinchOptions\n');
    expect(first?.body).toContain('drums: number');
    expect(first?.body).not.toContain('AnchorOptions');
  });

  it('are those of the namespace that is named', () => {
    const [first] = search('rig');
    expect(first?.body).toContain('mast: number');
    expect(first?.body).not.toContain('mesh');
    const [weave] = search('weave');
    expect(weave?.heading).toBe('weave');
    expect(weave?.body).not.toContain('####');
  });

  it('are those of the scope where the name alone is given, and none where that has no such type', () => {
    const [tighten] = search('tighten stays');
    expect(tighten?.heading).toContain('tighten');
    expect(tighten?.body).toContain('mast: number');
    expect(tighten?.body).not.toContain('mesh');
    const [stepMast] = search('stepMast');
    expect(stepMast?.heading).toBe('stepMast');
    expect(stepMast?.body).not.toContain('####');
  });

  it('are one level deep, with a sentence each, and end where they become long', () => {
    const [first] = search('hoist');
    expect(first?.body).toContain('/** Sail number 0 of the boat. */\n  sail0?: string;');
    expect(first?.body).toMatch(/ {2}\/\/ \.\.\.\n\}/);
    expect(first?.body).not.toContain('sail59');
    expect(first?.body).not.toContain('// also:');
    expect(first?.tokens).toBeLessThan(600);
    // What was left out can still be found.
    expect(search('sail59')[0]?.body).toContain('sail59');
  });

  it('end at a whole line and outside of a comment where they are too long, and stand there once', () => {
    const found = search('splice');
    expect(found[0]?.heading).toBe('splice');
    const blocks = found.flatMap(({ body }) => body.match(/#### SpliceOptions[\s\S]*?\n```(?=\n|$)/g) ?? []);
    expect(blocks).toHaveLength(1);
    expect(blocks[0]).toMatch(/(?:string;|\*\/)\n {2}\/\/ \.\.\.\n\}\n```$/);
    expect(blocks[0]?.match(/\/\*/g)?.length).toBe(blocks[0]?.match(/\*\//g)?.length);
  });

  it('are not an alias without any', () => {
    const [paint] = search('paint hull');
    expect(paint?.heading).toBe('paint');
    expect(paint?.body).not.toContain('####');
  });

  it('are never those of another library', () => {
    expect(
      search('sink')
        .map(({ body }) => body)
        .join(),
    ).not.toContain('secret');
  });

  it('do not stand twice in an answer', () => {
    const found = search('reefSail knots');
    expect(found[0]?.heading).toBe('reefSail');
    expect(found.flatMap(({ body }) => body.match(/knots: number/g) ?? [])).toHaveLength(1);
  });

  it('are not looked for where a guide has a signature in its text', () => {
    const guide = search('boat floats').find(({ path }) => path === 'docs/a.md');
    expect(guide?.body).not.toContain('####');
  });
});
