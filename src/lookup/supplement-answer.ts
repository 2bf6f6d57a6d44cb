import type { CallContext } from '../call.ts';
import { cancelledError, DocpinError, toDocpinError } from '../errors.ts';
import type { Snippet, Source, SourceAnswer } from '../sources/source.ts';
import { withTimeLimit } from '../time-limit.ts';
import type { DocsRequest, LookupOptions } from './lookup.ts';
import { staleWords } from './render-answer.ts';
import { cleanInline } from './text/clean-text.ts';

/** What is there already waits for no slow stranger longer than this. */
const deadlineMs = 8_000;

/**
 * Adds to an answer that its own source says is thin: what the other sources have of the library of that name, in turns with
 * what is there, best first of each. Every snippet then says whose it is; a source that fails costs one line. Rejects with
 * `cancelled` only.
 */
export async function supplementAnswer(
  options: Pick<LookupOptions, 'sources' | 'log'>,
  answered: { readonly source: Source; readonly answer: SourceAnswer },
  request: Omit<DocsRequest, 'library'>,
  call: CallContext,
): Promise<SourceAnswer> {
  const { source, answer } = answered;
  const { lacks } = answer;
  if (lacks === undefined) return answer;
  let whole: SourceAnswer = { ...answer, snippets: answer.snippets.map((snippet) => from(answer, snippet)) };
  for (const other of options.sources) {
    if (other === source || other.supplement === undefined) continue;
    const limit = { limitMs: deadlineMs, error: () => tooSlow(other) };
    try {
      const more = await withTimeLimit(call.signal, limit, async (signal) =>
        other.supplement?.(lacks, request, { ...call, signal }),
      );
      if (more !== undefined && more.snippets.length > 0) whole = join(whole, more);
    } catch (thrown) {
      if (call.signal.aborted) throw cancelledError(thrown);
      const error = toDocpinError(thrown);
      options.log.info('source failed to supplement', { source: other.name, code: error.code });
      whole = { ...whole, notes: [...whole.notes, `Nothing was added from elsewhere. ${error.what}`] };
    }
  }
  return whole;
}

function join(answer: SourceAnswer, more: SourceAnswer): SourceAnswer {
  const added = more.snippets.map((snippet) => from(more, snippet));
  return {
    ...answer,
    notes: [...answer.notes, `Added from ${labelOf(more)}${staleWords(more.freshness)}.`, ...more.notes],
    snippets: inTurns(answer.snippets, added),
    hasMore: answer.hasMore || more.hasMore,
  };
}

/** Pages never mix batches, so only what came first from both takes turns. */
function inTurns(ours: readonly Snippet[], theirs: readonly Snippet[]): readonly Snippet[] {
  const first = theirs.filter(({ batch }) => batch === 0);
  const joined: Snippet[] = [];
  for (let at = 0; at < Math.max(ours.length, first.length); at += 1)
    joined.push(...[ours[at], first[at]].filter((snippet) => snippet !== undefined));
  return [...joined, ...theirs.filter(({ batch }) => batch > 0)];
}

function from(answer: SourceAnswer, snippet: Snippet): Snippet {
  return { ...snippet, from: labelOf(answer) };
}

function labelOf({ origin, id }: SourceAnswer): string {
  return cleanInline(`${origin}, ${id}`, 200);
}

function tooSlow({ name }: Source): DocpinError {
  return new DocpinError('timed-out', {
    what: `The source ${name} did not answer within ${deadlineMs / 1_000} s.`,
    next: 'Ask again in a moment.',
  });
}
