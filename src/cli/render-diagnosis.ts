import type { Diagnosis } from '../doctor/diagnosis.ts';

const marks = { ok: 'ok   ', note: 'note ', fault: 'FAULT' } as const;

/** Renders a diagnosis: a line for each check with what to do, then what may leave this machine. */
export function renderDiagnosis({ checks, egress }: Diagnosis): string {
  const width = Math.max(...checks.map(({ subject }) => subject.length));
  const lines = checks.flatMap(({ subject, state, finding, next }) => [
    `${marks[state]}  ${subject.padEnd(width)}  ${finding}`,
    ...(next === undefined ? [] : [`${' '.repeat(width + 9)}${next}`]),
  ]);
  const leaving =
    egress.length === 0 ? ['nothing'] : egress.map(({ to, what, when }) => `to ${to}: ${what} (${when})`);
  return [...lines, '', 'What may leave this machine:', ...leaving.map((line) => `  ${line}`)].join('\n');
}
