import type { Answer, Asked } from '../fault-engine/exchange.ts';
import { refuse } from './answers.ts';

const maxQueryLength = 500;

export function unknownParameter(asked: Asked, known: readonly string[]): Answer | undefined {
  const names = [...asked.query.keys()];
  const fine = names.every((name) => known.includes(name)) && new Set(names).size === names.length;
  return fine ? undefined : refuse(400, 'validation_error');
}

export function missing(asked: Asked, names: readonly string[]): Answer | undefined {
  return names.every((name) => (asked.query.get(name) ?? '') !== '')
    ? undefined
    : refuse(400, 'validation_error');
}

export function tooLong(asked: Asked, name: string): Answer | undefined {
  return (asked.query.get(name) ?? '').length <= maxQueryLength ? undefined : refuse(400, 'invalid_length');
}

export function notOneOf(
  asked: Asked,
  name: string,
  values: readonly string[],
  error = 'validation_error',
): Answer | undefined {
  const value = asked.query.get(name);
  return value === null || values.includes(value) ? undefined : refuse(400, error);
}

export function readInteger(value: string | null, otherwise: number): number | undefined {
  if (value === null) return otherwise;
  return /^\d{1,4}$/.test(value) ? Number(value) : undefined;
}
