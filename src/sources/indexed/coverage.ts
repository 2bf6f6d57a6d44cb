import type { Coverage } from '../../corpus/corpus.ts';
import type { PageKind } from '../../library.ts';
import type { Located, SkippedFile, Survey } from '../../origins/origin.ts';

/** What there is to read of a library that was located: the true count where it was indexed, else what a survey finds. */
export type CoverageOf = (located: Located, signal: AbortSignal) => Promise<string>;

/** The same where only what was indexed counts; undefined for anything else. */
export type IndexedCoverage = (located: Located) => Promise<string | undefined>;

interface CountedFile {
  readonly kind: PageKind;
  readonly bytes: number;
}

/** Counts what a library has to read; `apiEntries` is what its type declarations were cut into. */
export function countCoverage(
  files: readonly CountedFile[],
  skipped: readonly SkippedFile[],
  apiEntries: number,
): Coverage {
  const count = (kind: PageKind) => files.filter((file) => file.kind === kind).length;
  return {
    guides: count('guide'),
    apiEntries,
    readmeBytes: files.filter((file) => file.kind === 'readme').reduce((sum, file) => sum + file.bytes, 0),
    agentGuides: count('agent'),
    changelogs: count('changelog'),
    skipped,
  };
}

/** The same for what was only listed, where the declarations are not counted yet: "41 guides, types", "types only". */
export function surveyText({ files, skipped, hasTypes = false }: Survey): string {
  const coverage = countCoverage(files, skipped, 0);
  if (!hasTypes) return coverageText(coverage);
  const { guides, agentGuides, readmeBytes } = coverage;
  if (guides + agentGuides > 0) return `${coverageText(coverage)}, types`;
  return readmeBytes > 0 ? 'README, types' : 'types only';
}

/** Says in a few words what there is to read: "41 guides, 312 API entries", "README only, 4 KB", "no docs". */
export function coverageText(coverage: Coverage): string {
  const { guides, apiEntries, agentGuides, readmeBytes } = coverage;
  const parts = [
    counted(guides, 'guide', 'guides'),
    counted(apiEntries, 'API entry', 'API entries'),
    counted(agentGuides, 'agent guide', 'agent guides'),
  ].filter((part) => part !== undefined);
  if (parts.length > 0) return parts.join(', ');
  if (readmeBytes > 0) return `README only, ${kilobytes(readmeBytes)}`;
  return coverage.changelogs > 0 ? 'changelog only' : 'no docs';
}

/** Whether a README is all there is to learn from. */
export function isReadmeOnly(coverage: Coverage): boolean {
  const { guides, apiEntries, agentGuides, readmeBytes } = coverage;
  return readmeBytes > 0 && guides + apiEntries + agentGuides === 0;
}

function kilobytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1_000))} KB`;
}

function counted(count: number, one: string, many: string): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`;
}
