import { describe, expect, it } from 'vitest';
import { dropHidden, dropHiddenLines } from '../../src/markup/drop-hidden.ts';

const fence = '```';

describe('what a browser does not show', () => {
  it.each([
    ['display', '<div style="display:none">canary</div>'],
    ['display in JSX', "<div style={{ display: 'none' }}>canary</div>"],
    ['visibility with a reference', '<b style="visibility:&#104;idden">canary</b>'],
    ['a hexadecimal reference', '<b style="display:&#x6e;one">canary</b>'],
    ['an escape and a comment of CSS', '<b style="d\\69splay:/* x */none">canary</b>'],
    ['font size', '<b style="font-size: 0px;">canary</b>'],
    ['opacity', '<b style="opacity:0.00">canary</b>'],
    ['a style without quotes', '<b style=display:none>canary</b>'],
    ['the attribute', '<p hidden>canary</p>'],
    ['capitals', '<DIV HIDDEN>canary</DIV>'],
    ['many attributes', `<div ${'a '.repeat(500)}hidden>canary</div>`],
    ['a ">" in an attribute', '<div title="a>b" hidden>canary</div>'],
    ['a tag over lines', '<div\n  hidden\n>canary</div>'],
    ['an element in one of the same name', '<div hidden><div>x</div>canary</div>'],
    ['a closing tag in a comment', '<div hidden><!-- </div> -->canary</div>'],
    ['a closing tag in a template', '<div hidden><template></div></template>canary</div>'],
    ['a closing tag in code', '<div hidden>\n\n`</div>` canary\n\n</div>'],
    ['blank lines and fences', `<div hidden>\n\n${fence}\ncanary\n${fence}\n\n</div>`],
    ['a slash that HTML ignores', '<div hidden/>canary</div>'],
    ['no closing tag', '<div hidden>\n\ncanary'],
    ['a paragraph without one', '<p hidden>canary\n\n'],
    ['scripts', '<script>canary</script>'],
    ['styles over blank lines', '<style>\n\ncanary\n\n</style>'],
    ['templates', '<template>canary</template>'],
    ['a fallback for no scripts', '<noscript>canary</noscript>'],
    ['back-ticks of two paragraphs', 'it`s\n\n<p hidden>canary</p>\n\nlet`s'],
    ['back-ticks in a block of HTML', '<div>\n`<p hidden>canary</p>`\n</div>'],
    ['comments', '<!-- canary -->'],
    ['a comment over blank lines and fences', `<!--\n\n${fence}\ncanary\n${fence}\n\n-->`],
    ['an open comment', '<!-- canary'],
    ['images', '<img\n  alt="canary">'],
  ])('is dropped: %s', (_what, text) => {
    const kept = dropHidden(`before\n\n${text}`);
    expect(kept).toContain('before');
    expect(kept).not.toContain('canary');
  });

  it.each([
    ['code spans', '`<p hidden>`, `<!--` and ``a ` <script>`` --> x'],
    ['fences', `- item\n\n  ${fence}html\n  <p hidden>x</p>\n  <!-- x -->\n  ${fence}`],
    ['escaped tags', 'the \\<template> block, </template>'],
    ['half of the opacity', '<b style="opacity: 0.5; font-size: 0.9em">x</b>'],
    ['other opacities', '<path style="fill-opacity:0">x</path>'],
    ['what is not hidden in JSX', '<Tab hidden={false}>x</Tab>'],
    [
      'the texts of a component',
      "<Table\n  rows={[\n    { text: 'while it is hidden (as a tab)', type: 'a => b' },\n  ]}\n/>\n\nx",
    ],
    ['generics', 'a Promise<string> and a <b with hidden, display:none'],
  ])('keeps %s', (_what, text) => {
    expect(dropHidden(text)).toBe(text);
  });

  it.each([
    ['the name of an element in prose', 'Use <script> tags.', 'Use  tags.'],
    [
      'a comment that a fence interrupts',
      `a <!-- b\n${fence}\nx\n${fence}\nc --> d`,
      `a \n${fence}\nx\n${fence}\nc --> d`,
    ],
    ['a comment that a heading interrupts', 'a <!-- b\n## x\nc --> d', 'a \n## x\nc --> d'],
    ['an open comment', '<!-- open\nstill\n\nrest', '\n\nrest'],
    ['an open paragraph', '<p hidden>x\n\nrest', '\n\nrest'],
    ['an element without content', 'a <br hidden> b', 'a  b'],
    ['a component that closes itself', '<Tab hidden /> <Tab>x</Tab>', ' <Tab>x</Tab>'],
  ])('loses no more than it must to %s', (_what, text, kept) => {
    expect(dropHidden(text)).toBe(kept);
  });

  it('gives each line the number that it has in the file', () => {
    const lines = ['---', 'title: x', '---', 'a <!-- b', 'c --> d', '', '<p', 'hidden>x</p>', 'e'];
    expect(dropHiddenLines(lines, 3)).toEqual({ text: ['a  d', '', '', 'e'], numbers: [4, 6, 7, 9] });
  });

  it.each([
    '<!-- ',
    '<!-- x\n\n',
    '<div hidden>',
    '<p hidden>\n',
    '<div style="',
    "<a b=\"' c='",
    '<a x="<a x=\' y="',
    '<script>\n',
    '<a ',
    '` ',
    '`\n\n',
    `${fence}\n<p hidden>\n`,
    '<div hidden>`',
    '</div>',
  ])('gets through two megabytes of %j before the test times out, as only linear work does', (piece) => {
    const text = piece.repeat(Math.ceil(2_000_000 / piece.length));
    expect(dropHidden(text).length).toBeLessThanOrEqual(text.length);
  });

  it('reads each of many tags without an end once', () => {
    const text = "<a b=\"' c='".repeat(15_000);
    expect(dropHidden(text)).toBe(text);
  });
});
