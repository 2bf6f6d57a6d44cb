import { DocpinError } from '../../errors.ts';
import { compareVersions, parseLibrary } from '../../library.ts';
import { toLine } from '../to-line.ts';
import type { FoundLibrary } from './client/api.ts';
import { isTag } from './client/context7-error.ts';
import type { WireLibrary } from './client/wire.ts';

const maxTitleLength = 120;
const maxDescriptionLength = 300;
/** Far more than any answer shows; `identify` wants to know them all. */
const maxVersions = 300;

/** Turns search results into what we keep, in their order. Those whose id cannot be asked for are left out. */
export function toFoundLibraries(results: readonly WireLibrary[]): FoundLibrary[] {
  return results.flatMap((result) => {
    const id = readId(result.id);
    if (id === undefined || result.state === 'delete') return [];
    const title = toLine(result.title ?? '', maxTitleLength);
    const description = toLine(result.description ?? '', maxDescriptionLength);
    return [
      {
        owner: id.owner,
        repo: id.repo,
        title: title === '' ? id.repo : title,
        ...(description === '' ? {} : { description }),
        isReady: result.state === undefined || result.state === 'finalized',
        // -1 stands for unknown.
        ...(isCount(result.totalSnippets) ? { snippets: result.totalSnippets } : {}),
        ...(isCount(result.trustScore) ? { trustScore: result.trustScore } : {}),
        versions: (result.versions ?? [])
          .filter(isTag)
          .slice(0, maxVersions)
          .sort((a, b) => compareVersions(b, a)),
      },
    ];
  });
}

function readId(text: string): { readonly owner: string; readonly repo: string } | undefined {
  try {
    const id = parseLibrary(text.startsWith('/') ? text : `/${text}`);
    return id.kind === 'context7' ? id : undefined;
  } catch (error) {
    if (error instanceof DocpinError) return undefined;
    throw error;
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}
