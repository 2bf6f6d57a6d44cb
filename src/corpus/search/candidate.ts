import type { PageKind } from '../../library.ts';

/** A section that the full-text tables found, or a neighbour of one, as it is read from the corpus. */
export interface Candidate {
  readonly id: number;
  readonly pageId: number;
  readonly ordinal: number;
  readonly line: number;
  readonly kind: 'code' | 'info';
  readonly heading: string;
  readonly trail: string;
  readonly body: string;
  readonly tokens: number;
  readonly path: string;
  readonly title: string;
  readonly pageKind: PageKind;
  /** Ordinal of the page's last section. */
  readonly lastOrdinal: number;
  readonly score: number;
}
