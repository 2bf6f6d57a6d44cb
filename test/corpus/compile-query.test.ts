import { expect, it } from 'vitest';
import { compileMatchAny, parseQuery } from '../../src/corpus/search/query/compile-query.ts';
import { editDistance } from '../../src/corpus/search/query/edit-distance.ts';
import { identifierParts } from '../../src/corpus/search/query/split-identifiers.ts';
import { libraryOf, openTestCorpus } from './open-test-corpus.ts';

const hostile: readonly (readonly [string, string])[] = [
  ['an operator', 'NOT'],
  ['operators', 'a AND b OR NOT c NEAR(d, 5)'],
  ['one quote', '"'],
  ['quotes', 'say "hello" \'there\' ""'],
  ['c++', 'c++'],
  ['a hyphen', 'foo-bar --baz'],
  ['an accent', 'caf\u00e9 cafe\u0301'],
  ['Japanese', '\u30e6\u30fc\u30b6\u30fc \u8a8d\u8a3c'],
  ['nothing', ''],
  ['white space', ' \t\n'],
  ['10 kB', 'how do I close the server '.repeat(400)],
  ['100,000 characters', 'word '.repeat(20_000)],
  ['one word of 100,000 characters', 'w'.repeat(100_000)],
  ['NUL', 'a\0b'],
  ['emoji', '\u{1f600} \u{1f468}\u200d\u{1f469}\u200d\u{1f467} party'],
  ['lone surrogates', '\ud800 close \udc00'],
  ['columns and prefixes', 'body : x* ^y heading:z {scope} : lib2'],
  ['brackets', '((([[[{{{'],
  ['SQL', "'; DROP TABLE library; --"],
  ['only stopwords', 'how do I'],
  ['many identifiers', Array.from({ length: 200 }, (_, index) => `someVeryLongName${index}`).join(' ')],
];

it.each(hostile)('finds or finds nothing, and never fails, for %s', async (_what, query) => {
  const { reader, writer, close } = await openTestCorpus();
  const rowId = writer.add(
    libraryOf('a', { 'docs/a.md': '# Close\n\nHow to close the cafe party of c and foo-bar.\n' }),
  );
  expect(() => reader.search(rowId, query, { mode: 'all', limit: 10 })).not.toThrow();
  expect(parseQuery(query).length).toBeLessThanOrEqual(24);
  close();
});

it('finds a word in spite of an accent, in a hyphen and in Japanese', async () => {
  const { reader, writer, close } = await openTestCorpus();
  const rowId = writer.add(
    libraryOf('a', {
      'docs/a.md': '# A\n\nA cafe.\n',
      'docs/b.md': '# B\n\nThe foo-bar option.\n',
      'docs/c.md': '# C\n\n\u8a8d\u8a3c\u306e\u65b9\u6cd5\n',
    }),
  );
  const find = (query: string) => reader.search(rowId, query, { mode: 'all', limit: 10 })[0]?.heading;
  expect(find('caf\u00e9')).toBe('A');
  expect(find('foo-bar')).toBe('B');
  expect(find('\u8a8d\u8a3c')).toBe('C');
  close();
});

it('leaves stopwords out, unless there is nothing else', () => {
  expect(parseQuery('how do I close it').map(({ text }) => text)).toContain('close');
  expect(parseQuery('how do I close it').map(({ text }) => text)).not.toContain('how');
  expect(parseQuery('how').map(({ text }) => text)).toEqual(['how']);
});

it('keeps an identifier whole and gives its parts as parts', () => {
  expect(parseQuery('FST_ERR_DEC').map(({ text, role }) => `${text} ${role}`)).toEqual([
    'fst_err_dec whole',
    'fst part',
    'err part',
    'dec part',
  ]);
  expect(identifierParts('parseHTMLBody2Json')).toEqual(['parse', 'HTML', 'Body2', 'Json']);
});

it('reads neighbouring words as the one name that they may be', () => {
  expect(parseQuery('wait until').map(({ text, role }) => `${text} ${role}`)).toContain('waituntil joined');
});

it('quotes every term, and doubles the quotes in it', () => {
  expect(compileMatchAny('lib7', 'heading body', ['a"b', 'NOT'])).toBe(
    'scope : "lib7" AND {heading body} : ("a""b" OR "NOT")',
  );
});

it.each([
  ['same', 'same', 0],
  ['asert', 'assert', 1],
  ['serialisation', 'serialization', 1],
  ['recieve', 'receive', 1],
  ['cat', 'horse', 3],
])('counts the edits from %s to %s', (a, b, distance) => {
  expect(editDistance(a, b, 2)).toBe(distance);
});
