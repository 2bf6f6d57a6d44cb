/** What docpin found about itself and its surroundings, and what may leave the machine. */
export interface Diagnosis {
  readonly checks: readonly Check[];
  readonly egress: readonly Egress[];
}

export interface Check {
  /** What was looked at: "Node", "index engine", "project". */
  readonly subject: string;
  readonly state: 'ok' | 'note' | 'fault';
  /** What was found. Keys are never part of it. */
  readonly finding: string;
  /** What to do about a note or a fault. */
  readonly next?: string;
}

/** One row of "what leaves your machine". */
export interface Egress {
  readonly to: string;
  readonly what: string;
  readonly when: string;
}

/** Looks at one thing. Must not throw: a check that cannot be made is a fault with its reason. */
export type Examine = (signal: AbortSignal) => Promise<Check>;
