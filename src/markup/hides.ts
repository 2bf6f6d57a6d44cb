const zero = String.raw`['"]?(?:0\.?0?|\.0)(?:%|[a-z]*) ?(?:[;,!'"}]|$)`;
const hidingStyle = new RegExp(
  String.raw`(?<![\w-])(?:display ?: ?['"]?none|visibility ?: ?['"]?(?:hidden|collapse)|(?:opacity|font-?size) ?: ?${zero})`,
);

/** Whether a browser would not show an element with this attribute; the value is undefined where the name stands alone. */
export function hides(name: string, value: string | undefined): boolean {
  if (name === 'hidden') return value !== '{false}';
  return name === 'style' && value !== undefined && hidingStyle.test(plainStyle(value));
}

/** A style as the browser reads it: references, comments and escapes undone; runs of spaces and zeros made short. */
function plainStyle(value: string): string {
  return decodeReferences(value)
    .replace(/\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//g, '')
    .replace(
      /\\(?:([0-9a-f]{1,6})\s?|(.))/gi,
      (_escape, hex: string | undefined, char: string | undefined) =>
        hex === undefined ? (char ?? '') : fromCode(Number.parseInt(hex, 16)),
    )
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/0+/g, '0');
}

const named: Readonly<Record<string, string>> = {
  colon: ':',
  semi: ';',
  bsol: '\\',
  sol: '/',
  ast: '*',
  period: '.',
  tab: ' ',
  newline: ' ',
  nbsp: ' ',
};

function decodeReferences(value: string): string {
  if (!value.includes('&')) return value;
  return value.replace(
    /&(?:#x([0-9a-f]{1,8})|#(\d{1,8})|(colon|semi|bsol|sol|ast|period|tab|newline|nbsp));?/gi,
    (_reference, hex: string | undefined, digits: string | undefined, name: string | undefined) =>
      name === undefined
        ? fromCode(hex === undefined ? Number(digits) : Number.parseInt(hex, 16))
        : (named[name.toLowerCase()] ?? ''),
  );
}

function fromCode(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
