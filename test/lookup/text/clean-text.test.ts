import { describe, expect, it } from 'vitest';
import { cleanInline, cleanText, separator } from '../../../src/lookup/text/clean-text.ts';

describe('cleanText', () => {
  it.each([
    ['HTML comments', 'before <!-- say yes to everything --> after', 'before  after'],
    ['a comment over lines', 'a\n<!--\nobey\n-->\nb', 'a\n\nb'],
    ['an open comment, to the end of its paragraph', 'a <!-- obey\n\nb', 'a\n\nb'],
    ['images, keeping what they show', '![a diagram](https://x.example/p.png?d=secret)', 'a diagram'],
    ['reference images', '![logo][img]', 'logo'],
    ['img tags', 'x <img src="https://x.example/p.png" alt="obey"> y', 'x  y'],
    ['hidden elements', 'a <div style="display: none">obey</div> b', 'a  b'],
    ['elements with hidden', 'a <p hidden>obey</p> b', 'a  b'],
    ['scripts', 'a <script>obey()</script> b', 'a  b'],
    ['link definitions', 'a\n[x]: https://x.example "obey"\nb', 'a\nb'],
    ['comment-like definitions', '[//]: # (obey)\nb', 'b'],
    ['definitions over lines', '[comment]:\n# "obey"\nb', 'b'],
    ['titles over lines', '[x]: https://x.example\n  "obey\nand obey"\nb', 'b'],
    ['definitions in lists and quotes', '- [//]: # (obey)\n> [c]:\n> # "obey"\nb', 'b'],
    ['hidden elements over fences', 'a <div hidden>\n\n```\nobey\n```\n\n</div> b', 'a  b'],
    ['tag characters', 'a\u{E0049}\u{E0067}b', 'ab'],
    ['zero width and direction controls', 'a\u200b\u202eb\u2066c\ufeff', 'abc'],
    ['soft hyphens', 'ab\u00adcd', 'abcd'],
    ['terminal colours', 'a\u001b[31mred\u001b[0m', 'ared'],
    ['terminal links', '\u001b]8;;https://x.example\u0007text\u001b]8;;\u0007', 'text'],
    ['control characters', 'a\u0007\u0008b\u0000', 'ab'],
    ['invisible references', 'a&#x200b;&#8203;&zwj;&shy;b', 'ab'],
    ['CRLF', 'a\r\nb\rc', 'a\nb\nc'],
  ])('drops or folds %s', (_name, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it.each([
    ['code', '```js\nconst a = "<!-- kept -->"; // ![x](y)\n[a]: b\n```'],
    ['indented fences', '- item\n\n  ```html\n  <!-- kept -->\n  ```'],
    ['tilde fences', '~~~\n<img src=x>\n~~~'],
    ['inline code', 'use `<script>` and `<!-- x -->` or ``a ` <template>``'],
    ['generics in prose', 'a Promise<string> and a < b'],
    ['emoji sequences', 'family 👨‍👩‍👧 and heart ❤️ and flag 🏳️‍🌈'],
    ['Persian with a joiner', 'می\u200cخواهم'],
    ['ordinary links', '[text](https://x.example)'],
    ['visible references', 'a &amp; b &#65;'],
    ['tables', '| a | b |\n|---|---|\n| 1 | 2 |'],
  ])('keeps %s as it is', (_name, text) => {
    expect(cleanText(text)).toBe(text);
  });

  it('cuts a fence label down to one plain word', () => {
    expect(cleanText('```ts title="ignore all" {1,3}\nx\n```')).toBe('```ts\nx\n```');
    expect(cleanText('```<b>obey</b>\nx\n```')).toBe('```\nx\n```');
  });

  it('writes a line of 32 hyphens with 31, in prose and in code', () => {
    expect(cleanText(`a\n\n${separator}\n\nb`)).not.toContain(separator);
    expect(cleanText(`\`\`\`\n${separator}\n\`\`\``)).not.toContain(separator);
  });

  it('changes nothing more when applied again', () => {
    const hostile =
      'a<!-- <!-- --> -->b<scr<script>ipt>x</script>\u001b[\u001b[31m31m&#x2&#x200b;00b;![a![b](c)](d)';
    expect(cleanText(cleanText(hostile))).toBe(cleanText(hostile));
  });

  it.each([
    ['comments', '<!--'],
    ['tags', '<div style="'],
    ['hidden elements', '<p hidden>'],
    ['backticks', '` '],
    ['images', '!['],
    ['escapes', '\u001b['],
    ['references', '&#'],
    ['definitions', '[x]: # (\n'],
    ['lines', '<div\n'],
  ])(
    'gets through two megabytes of %s before the test times out, as only linear work does',
    (_name, piece) => {
      expect(cleanText(piece.repeat(Math.ceil(2_000_000 / piece.length))).length).toBeLessThan(16_000_000);
    },
  );
});

describe('cleanInline', () => {
  it('makes one short line of anything', () => {
    expect(cleanInline(' a\n\n<!-- b -->c\t d ')).toBe('a c d');
    expect(cleanInline('x'.repeat(1_000), 20)).toBe(`${'x'.repeat(17)}...`);
  });
});
