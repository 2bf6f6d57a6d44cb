import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUndocumented } from '../../src/corpus/is-undocumented.ts';
import { chunkTypes } from '../../src/corpus/types/chunk-types.ts';
import { openLibrary } from './open-test-corpus.ts';

const text = `
/** Opens the harbour for mapSets, after which ships may enter. */
export declare function openHarbour(mapSets: boolean): void;
/** Closes the harbour for mapSets, when ships have left. */
export declare function closeHarbour(mapSets: boolean): void;
export declare function enableMapSets(): void;
export declare function sinkAll(harbour: string, ships: number): void;
export type HarbourCodes = ${Array.from({ length: 110 }, (_, index) => `'HARBOUR_${index}'`)
  .join(' | ')
  .replace('HARBOUR_1', 'SHIP_LOST')};
/** ${'What a keeper of boats writes into his book each evening. '.repeat(30)}
 *
 * SHIP_LOST: look for it elsewhere. */
export declare const lost: 1;
`;

let library: Awaited<ReturnType<typeof openLibrary>>;

beforeAll(async () => {
  library = await openLibrary([{ path: 'index.d.ts', kind: 'api', text }]);
});
afterAll(() => library.close());

function headings(query: string): readonly string[] {
  return library.search(query).map(({ heading }) => heading);
}

describe('undocumented declarations', () => {
  it.each(['enableMapSets', 'what is enableMapSets for, mapSets in the harbour', 'sinkAll'])(
    'come first where one of their names is asked for: %s',
    (query) => expect(headings(query)[0]).toBe('enableMapSets, sinkAll'),
  );

  it('stand behind what says something about one of their many names', () => {
    expect(headings('SHIP_LOST')[0]).toBe('lost');
  });

  it('stand behind what is documented where a question only has words of theirs', () => {
    expect(headings('harbour ships').indexOf('enableMapSets, sinkAll')).toBeGreaterThan(0);
    // Their names are known as they are, not by their parts.
    expect(headings('sink')).toEqual([]);
  });

  it('are none where their members are documented', async () => {
    const members = Array.from(
      { length: 8 },
      (_, at) => `  /** Does ${at}${', as was said of it before'.repeat(20)}. */\n  do${at}(): void;`,
    );
    const file = { path: 'client.d.ts', text: `export declare class Client {\n${members.join('\n')}\n}\n` };
    const [head] = (await chunkTypes(file)).sections;
    expect(head?.heading).toBe('Client');
    expect(head === undefined || isUndocumented({ ...head, pageKind: 'api' })).toBe(false);
  });
});
