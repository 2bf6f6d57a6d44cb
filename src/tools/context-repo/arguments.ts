import * as z from 'zod';

// Arguments that several tools have. What clients are known to send in another form (numbers and arrays as text) is read.

const idForm = /^[\w-]{1,200}$/;

/** An id, with or without the words in front that docpin prints before it. */
export function id(of: 'document' | 'collection' | 'prompt' | 'chunk' | 'session') {
  return z.preprocess(
    (value) => (typeof value === 'string' ? withoutPrefix(value.trim(), `context-repo:${of}/`) : value),
    z
      .string(`is needed: the id of a ${of}`)
      .refine((value) => idForm.test(value), `is not the id of a ${of}: ids are of letters, digits, - and _`),
  );
}

function withoutPrefix(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : value;
}

/** Text of at most `maxLength` characters. */
export function text(maxLength: number) {
  return z
    .string('must be text')
    .max(maxLength, `is longer than ${maxLength.toLocaleString('en-US')} characters`);
}

/** A question in words. */
export const query = text(4_000).trim().min(1, 'is empty').describe('What to look for, in words');

export function wholeNumber(min: number, max: number) {
  const range = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value),
    z.int(range).min(min, range).max(max, range),
  );
}

/** Rows of a list. */
export const limit = wholeNumber(1, 100).optional();
export const cursor = text(4_000).describe('From the page before').optional();

/** Of a long text. */
export const page = wholeNumber(1, 1_000).optional();

/** A tag may hold no comma where tags are sent in one parameter. */
export const tags = z.preprocess(
  readArray,
  z
    .array(text(100).min(1, 'holds an empty tag'), 'must be a list of tags')
    .max(50, 'holds more than 50 tags'),
);
export const tagFilter = z
  .preprocess(
    readArray,
    z
      .array(
        text(100)
          .min(1, 'holds an empty tag')
          .refine((tag) => !tag.includes(','), 'may hold no comma'),
        'must be a list of tags',
      )
      .max(50, 'holds more than 50 tags'),
  )
  .describe('Only what has all of these')
  .optional();

/** Some clients send arrays as JSON text, and one element as itself. */
function readArray(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (!value.trim().startsWith('[')) return [value];
  try {
    return JSON.parse(value);
  } catch {
    // No array after all: the tag begins with a bracket.
    return [value];
  }
}
