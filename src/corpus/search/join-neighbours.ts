import type { FoundSection, SearchOptions } from '../corpus.ts';
import { countTokens } from '../count-tokens.ts';
import type { Candidate } from './candidate.ts';
import { type OptionsSearch, optionsOf, type TakenOptions } from './options-of.ts';
import type { RankingWeights } from './ranking-weights.ts';

/** Headings of what the next sections of the page solve. */
const problem = /^(?:the )?(?:issue|problem|symptoms?|cause|background|error|why this error occurred)s?\b/i;

/** Reads a section by its row id. */
export type ReadSection = (id: number) => Candidate;

export interface JoinOptions extends SearchOptions {
  readonly weights: RankingWeights;
  /** Where the library declares types. */
  readonly declarations: Pick<OptionsSearch, 'headed' | 'grouped'>;
}

/** The options that a declaration takes are written out for the first of these: it is what was asked about, if any is. */
const maxWithOptions = 2;

/** What an answer shows is among the first; those after it are left as they are, which saves a read each. */
const maxJoined = 16;

/**
 * Makes snippets of ranked sections: a short section takes in what follows it on its page while that belongs to it (its
 * own subsections, the rest of a split section) or matched nearly as well. Each section is in one snippet only.
 */
export function joinNeighbours(
  ranked: readonly Candidate[],
  read: ReadSection,
  { weights, limit, mode, declarations }: JoinOptions,
): readonly FoundSection[] {
  const known = new Map(ranked.map((section) => [section.id, section]));
  const taken = new Set<number>();
  const written = new Set<string>();
  const found: FoundSection[] = [];

  function groupOf(section: Candidate): readonly Candidate[] {
    const group = [section];
    const raises = problem.test(section.heading);
    const joinTo = raises ? weights.solveTo : weights.joinTo;
    if ((!raises && section.tokens >= weights.joinUnder) || found.length >= maxJoined) return group;
    let tokens = section.tokens;
    // The sections of a page have row ids that follow each other.
    const last = section.id + section.lastOrdinal - section.ordinal;
    for (let id = section.id + 1; id <= last && !taken.has(id); id += 1) {
      const next = known.get(id) ?? read(id);
      if (tokens + next.tokens > joinTo) break;
      // Who asked for one kind gets nothing of the other along with it.
      if (mode !== 'all' && next.kind !== mode) break;
      const isNear = next.score >= section.score * weights.joinScore;
      const isSolution = raises && next.trail === section.trail;
      if (!isNear && !isSolution && !belongsTo(next, section)) break;
      group.push(next);
      tokens += next.tokens;
    }
    return group;
  }

  const after = ({ id, ordinal, lastOrdinal }: Candidate) =>
    ordinal < lastOrdinal ? (known.get(id + 1) ?? read(id + 1)) : undefined;

  for (const section of ranked) {
    if (found.length === limit) break;
    if (taken.has(section.id)) continue;
    const group = groupOf(section);
    for (const each of group) taken.add(each.id);
    const options =
      found.length < maxWithOptions ? optionsOf(section, { ...declarations, after }) : undefined;
    // What was shown before is not shown again.
    const isNew =
      options !== undefined &&
      ![options.declaredIn, ...options.sectionIds].some((id) => taken.has(id)) &&
      !written.has(options.name);
    if (isNew) written.add(options.name);
    for (const id of isNew ? options.sectionIds : []) taken.add(id);
    found.push(toFound(section, group, isNew ? options : undefined));
  }
  return found;
}

/** Whether a later section is a part of this one: the rest of its text, or under its heading. */
function belongsTo(next: Candidate, section: Candidate): boolean {
  if (next.trail === section.trail && next.heading === section.heading) return true;
  const inside = section.trail === '' ? section.heading : `${section.trail} > ${section.heading}`;
  return next.trail === inside || next.trail.startsWith(`${inside} > `);
}

function toFound(
  section: Candidate,
  group: readonly Candidate[],
  options: TakenOptions | undefined,
): FoundSection {
  const { path, pageKind, line, heading, trail, score } = section;
  let above = section.heading;
  let body = '';
  let tokens = 0;
  for (const each of group) {
    const isSame = each.heading === above;
    above = each.heading;
    body +=
      body === '' ? each.body : isSame ? `\n\n${each.body}` : `\n\n#### ${each.heading}\n\n${each.body}`;
    // A heading in between takes about a token for three characters; counting the joined text again took a third of a search.
    tokens += each.tokens + (isSame ? 1 : 4 + Math.ceil(each.heading.length / 3));
  }
  const kind = group.some((each) => each.kind === 'code') ? 'code' : 'info';
  if (options !== undefined) {
    const written = `\n\n#### ${options.name}\n\n\`\`\`ts\n${options.code}\n\`\`\``;
    body += written;
    tokens += countTokens(written);
  }
  const sectionIds = [...group.map((each) => each.id), ...(options?.sectionIds ?? [])];
  return { sectionIds, path, pageKind, line, heading, trail, body, tokens, kind, score };
}
