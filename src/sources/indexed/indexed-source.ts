import type { CallContext } from '../../call.ts';
import type { IndexedLibrary } from '../../corpus/corpus.ts';
import { cancelledError, DocpinError, toDocpinError } from '../../errors.ts';
import { isNpmName, type LibraryId, type LibraryName, printLibrary } from '../../library.ts';
import type { Log } from '../../log.ts';
import type { FindProject, Located, Origin, Project } from '../../origins/origin.ts';
import type { AnswerRequest, Prepared, Source, SourceAnswer } from '../source.ts';
import { coverageText } from './coverage.ts';
import { describeFacts, describeOrigin } from './describe-place.ts';
import { findCandidates } from './find-candidates.ts';
import type { Indexer } from './indexer.ts';
import type { OpenCorpus } from './indexing.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { listDependencies } from './list-dependencies.ts';
import { explainMissing, libraryNotFound, locateLibrary, noDocs, versionNotFound } from './locate-library.ts';
import { makeOverview, toSnippet } from './make-overview.ts';

export interface IndexedSourceOptions {
  readonly findProject: FindProject;
  /** In the order in which they are asked. */
  readonly origins: readonly Origin[];
  /** The same opener that the indexer has. */
  readonly openCorpus: OpenCorpus;
  readonly indexer: Indexer;
  readonly log: Log;
  /** Estimates tokens; a quarter of the characters when left out. */
  readonly countTokens?: (text: string) => number;
}

interface Served {
  readonly served: Located;
  readonly all: readonly Located[];
  readonly project: Project;
}

/** More than a search of the corpus finds, so that an answer's pages never depend on how many were asked for. */
const maxSections = 200;
/** File-system work that a resolve or a listing does side by side. */
const maxAtOnce = 8;

/** Creates the source that answers from the docs of the packages that the project has, indexed when first asked for. */
export function createIndexedSource(options: IndexedSourceOptions): Source {
  const { findProject, origins, indexer, log } = options;
  let isOpened = false;
  const countTokens = options.countTokens ?? ((text: string) => Math.ceil(text.length / 4));
  const limit = limitConcurrency(maxAtOnce);
  function openCorpus(): ReturnType<OpenCorpus> {
    isOpened = true;
    return options.openCorpus();
  }

  async function identify({ name, version }: LibraryName, call: CallContext): Promise<LibraryId | undefined> {
    const project = await findProject(call);
    if (project === undefined) return undefined;
    for (const form of new Set([name, name.toLowerCase()])) {
      if (!isNpmName(form)) continue;
      const all = await locateLibrary(origins, { name: form }, project, call.signal);
      const why =
        all.length > 0 ? undefined : await explainMissing(origins, { name: form }, project, call.signal);
      if (why !== undefined) throw why;
      // Declared, but not installed: this source's to explain; another one would answer for some other version.
      if (all.length === 0 && project.dependencies.has(form)) throw libraryNotFound(form, project);
      if (all.length === 0) continue;
      const [nearest] =
        version === undefined
          ? all
          : await locateLibrary(origins, { name: form, version }, project, call.signal);
      if (nearest === undefined) throw versionNotFound(form, version ?? '', all);
      return { kind: 'npm', name: nearest.name, version: nearest.version };
    }
    return undefined;
  }

  async function caveats(call: CallContext): Promise<readonly string[]> {
    const project = await findProject(call);
    if (project === undefined) return ['No project is known, so no project decided the version.'];
    return project.notes.slice(0, 1);
  }

  /** The place that answers for an id, and every place where the project has the library, in whatever version. */
  async function locateServed(wanted: LibraryId, call: CallContext): Promise<Served> {
    if (wanted.kind !== 'npm') throw notOurs(wanted);
    const { name, version } = wanted;
    const project = await findProject(call);
    const all = await locateLibrary(origins, { name }, project, call.signal);
    const fitting =
      version === undefined ? all : await locateLibrary(origins, { name, version }, project, call.signal);
    const [served] = fitting;
    if (served !== undefined && project !== undefined) return { served, all, project };
    const why = all.length > 0 ? undefined : await explainMissing(origins, wanted, project, call.signal);
    if (why !== undefined) throw why;
    if (version === undefined || all.length === 0) throw libraryNotFound(name, project);
    throw versionNotFound(name, version, all);
  }

  async function answer(request: AnswerRequest, call: CallContext): Promise<SourceAnswer> {
    const { mode } = request;
    const { served, all, project } = await locateServed(request.library, call);
    const library = await ensureIndexed(served, call);
    if (library.sections === 0) throw noDocs(served, library.coverage.skipped);
    const { reader } = await openCorpus();
    const found =
      request.query === undefined
        ? makeOverview(reader.overview(library.rowId), { located: served, library, mode, countTokens })
        : reader
            .search(library.rowId, request.query, { mode, limit: maxSections })
            .map((section) => toSnippet(section, served));
    return {
      id: printLibrary({ kind: 'npm', name: served.name, version: served.version }),
      origin: describeOrigin(served, project),
      notes: describeFacts(served, all, project, library.coverage),
      // A heading with nothing under it answers nothing.
      snippets: found.filter(({ text }) => text.trim() !== ''),
      hasMore: false,
      freshness: { state: 'live', ageMs: 0 },
    };
  }

  async function prepare(wanted: LibraryId, call: CallContext): Promise<Prepared> {
    const { served } = await locateServed(wanted, call);
    const { reader } = await openCorpus();
    const isNew = reader.findByOrigin(served.location, served.stamp) === undefined;
    const library = await ensureIndexed(served, call);
    if (library.sections === 0) throw noDocs(served, library.coverage.skipped);
    const id = printLibrary({ kind: 'npm', name: served.name, version: served.version });
    return { id, coverage: coverageText(library.coverage), isNew };
  }

  async function ensureIndexed(located: Located, call: CallContext): Promise<IndexedLibrary> {
    const { reader } = await openCorpus();
    const before = reader.findByOrigin(located.location, located.stamp);
    if (before !== undefined) return before;
    await indexer.index(located, {
      signal: call.signal,
      onProgress: call.onProgress,
      waitMs: call.maxWaitMs,
    });
    const after = reader.findByOrigin(located.location, located.stamp);
    if (after !== undefined) return after;
    throw new DocpinError('indexing-failed', {
      what: `The docs of ${located.name}@${located.version} were read, but are not in the local index.`,
      next: 'Ask again; its files may have changed meanwhile.',
    });
  }

  /** Every way out: what is thrown is a DocpinError, and nothing but `cancelled` once the caller is gone. */
  async function guarded<T>(call: CallContext, work: () => Promise<T>): Promise<T> {
    if (call.signal.aborted) throw cancelledError(call.signal.reason);
    try {
      return await work();
    } catch (thrown) {
      if (call.signal.aborted) throw cancelledError(thrown);
      const error = toDocpinError(thrown);
      if (error.code === 'internal') log.error('The indexed source failed.', { why: String(error.cause) });
      throw error;
    }
  }

  return {
    name: 'indexed',
    owns: (library) => library.kind === 'npm',
    identify: (name, call) => guarded(call, () => identify(name, call)),
    resolve: (request, call) =>
      guarded(call, async () => {
        const project = await findProject(call);
        if (project === undefined) return [];
        return findCandidates(request, { origins, project, limit, signal: call.signal });
      }),
    caveats: (call) => guarded(call, () => caveats(call)),
    answer: (request, call) => guarded(call, () => answer(request, call)),
    prepare: (library, call) => guarded(call, () => prepare(library, call)),
    list: (call) =>
      guarded(call, async () => {
        const project = await findProject(call);
        if (project === undefined) return { project: undefined, notes: [], libraries: [] };
        return listDependencies({ origins, project, limit, signal: call.signal });
      }),
    async close() {
      await indexer.close();
      if (!isOpened) return;
      // Where it could not be opened there is nothing to close.
      const corpus = await openCorpus().catch(() => undefined);
      corpus?.reader.close();
    },
  };
}

function notOurs(library: LibraryId): DocpinError {
  return new DocpinError('bad-input', {
    what: `${printLibrary(library)} is not an npm package.`,
    next: 'Give an id such as npm:zod@4.6.7, or call resolve-library.',
  });
}
