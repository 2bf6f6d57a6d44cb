import { isBesideUse } from '../side-matter.ts';

/** What of a section says whether an overview begins with it. */
export interface OpeningCandidate {
  readonly heading: string;
  readonly trail: string;
  readonly tokens: number;
}

const introductions = 2;
const maxOpening = 8;
/** Shorter ones are a row of badges or a line of greeting. */
const minTokens = 15;

const starts =
  /^(?:use|using)\b|\b(?:install(?:ation|ing)?|usage|getting started|quick ?start|start|set ?up|basics?|examples?)\b/i;

/**
 * Chooses from the sections of a page, in reading order, what an overview opens with: how it begins, and how the library is
 * installed and started. Nothing of what only concerns the project.
 */
export function chooseOpening<Row extends OpeningCandidate>(rows: readonly Row[]): readonly Row[] {
  const about = rows.filter(({ heading, trail }) => ![heading, ...trail.split(' > ')].some(isBesideUse));
  const long = about.filter(({ tokens }) => tokens >= minTokens);
  const usable = long.length > 0 ? long : about;
  const isStart = ({ heading }: Row) => starts.test(heading);
  const top = usable.reduce((least, row) => (isStart(row) ? Math.min(least, depthOf(row)) : least), Infinity);
  return usable
    .filter((row, index) => index < introductions || (isStart(row) && isAtTop(row, top)))
    .slice(0, maxOpening);
}

/** "Example 1" far down is an example of something else; "Usage > Example" is one. */
function isAtTop(row: OpeningCandidate, top: number): boolean {
  return depthOf(row) === top || starts.test(row.trail.split(' > ').at(-1) ?? '');
}

function depthOf({ trail }: OpeningCandidate): number {
  return trail === '' ? 0 : trail.split(' > ').length;
}
