/** Says what is wrong with a value, or nothing. */
export type Check = (value: unknown) => string | undefined;

export interface Field {
  readonly check: Check;
  readonly isRequired?: boolean;
}

/** Ids are opaque, and of letters and digits where they were seen. */
export const idForm = /^[A-Za-z0-9]{1,64}$/;

export const id: Check = (value) =>
  typeof value === 'string' && idForm.test(value) ? undefined : 'has a bad ID format';

export const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== '' ? undefined : 'must be a non-empty string';

/** May be empty, as a description may. */
export const anyText: Check = (value) => (typeof value === 'string' ? undefined : 'must be a string');

export const texts: Check = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
    ? undefined
    : 'must be an array of strings';

export const ids: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((one) => id(one) === undefined)
    ? undefined
    : 'must be an array of IDs';

export const list: Check = (value) => (Array.isArray(value) ? undefined : 'must be an array');
export const record: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'must be an object';

export function wholeNumber(min: number, max: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? undefined
      : `must be ${min} to ${max}`;
}

/** A whole number as a query has it. */
export function digits(min: number, max: number): Check {
  const check = wholeNumber(min, max);
  return (value) => check(typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : undefined);
}

export function oneOf(...words: readonly string[]): Check {
  return (value) =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be one of ${words.join(', ')}`;
}

export const webAddress: Check = (value) =>
  typeof value === 'string' && URL.canParse(value) && /^https?:/.test(value) ? undefined : 'must be a URL';

export const required = (check: Check): Field => ({ check, isRequired: true });
export const optional = (check: Check): Field => ({ check });

/** The first fault of some given values; a field that is not known is one. */
export function faultOf(
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, Field>>,
): string | undefined {
  const stranger = Object.keys(given).find((name) => known[name] === undefined);
  if (stranger !== undefined) return `Unknown field: ${stranger}.`;
  for (const [name, { check, isRequired }] of Object.entries(known)) {
    if (given[name] === undefined) {
      if (isRequired === true) return `Missing required fields: ${name}.`;
      continue;
    }
    const fault = check(given[name]);
    if (fault !== undefined) return `${name} ${fault}.`;
  }
  return undefined;
}
