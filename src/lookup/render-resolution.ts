import type { Candidate, ResolveRequest } from '../sources/source.ts';
import type { Resolution } from './lookup.ts';
import { staleWords } from './render-answer.ts';
import { cleanInline } from './text/clean-text.ts';

/** Renders candidates as a list, the likeliest first, each with the id that `get-docs` takes. */
export function renderResolution(request: ResolveRequest, facts: Resolution['facts']): string {
  const { candidates, failures } = facts;
  const count = `${candidates.length} librar${candidates.length === 1 ? 'y' : 'ies'}`;
  return [
    `${count} for "${cleanInline(request.name, 80)}", the likeliest first. Pass an id to get-docs.`,
    ...candidates.map(renderCandidate),
    ...failures.map((failure) => `Not asked in full: ${cleanInline(failure)}`),
  ].join('\n\n');
}

function renderCandidate(candidate: Candidate): string {
  const age = candidate.freshness === undefined ? '' : staleWords(candidate.freshness);
  const facts = [
    `${candidate.why}${age}`,
    candidate.versions.length === 0 ? undefined : `versions: ${candidate.versions.join(', ')}`,
    candidate.coverage === undefined ? undefined : `docs: ${candidate.coverage}`,
  ].filter((fact) => fact !== undefined);
  const title =
    candidate.title === '' || candidate.id.includes(`:${candidate.title}@`) ? '' : ` - ${candidate.title}`;
  return [
    `${cleanInline(candidate.id)}${title}`,
    `  ${cleanInline(facts.join('; '), 500)}`,
    candidate.description,
  ]
    .filter((line) => line !== undefined && line.trim() !== '')
    .map((line, index) => (index === 2 ? `  ${line}` : line))
    .join('\n');
}
