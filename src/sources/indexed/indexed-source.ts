import type { CallContext } from '../../call.ts';
import type { CorpusReader, FoundSection, IndexedLibrary } from '../../corpus/corpus.ts';
import { cancelledError, DocpinError, toDocpinError } from '../../errors.ts';
import { isNpmName, type LibraryId, type LibraryName, printLibrary } from '../../library.ts';
import type { Log } from '../../log.ts';
import type { FindProject, Located, Origin, Project, StampOf } from '../../origins/origin.ts';
import type { ProjectVersions } from '../../origins/versions/project-versions.ts';
import type {
  AnswerRequest,
  LackedLibrary,
  Listing,
  Prepared,
  Snippet,
  Source,
  SourceAnswer,
} from '../source.ts';
import { coverageText, isReadmeOnly, surveyText } from './coverage.ts';
import { describeFacts, describeOrigin } from './describe-place.ts';
import { chooseFirstPage } from './first-page.ts';
import type { Indexer } from './indexing/indexer.ts';
import type { OpenCorpus } from './indexing/indexing.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { listDependencies } from './list-dependencies.ts';
import { noDocs } from './locate-library.ts';
import { makeOverview } from './make-overview.ts';
import { createForeseeMissing } from './missing-library.ts';
import { type AskedLibrary, createPlaceFinder, type Place } from './place-finder.ts';
import { findCandidates } from './resolving/find-candidates.ts';
import { offerStranger } from './resolving/offer-stranger.ts';
import { toSnippet } from './section-snippet.ts';

export interface IndexedSourceOptions {
  readonly findProject: FindProject;
  readonly installed: Origin;
  /** The registry, made when it is first needed, which then knows what was read before; undefined where there is none. */
  readonly registry?: ((stampOf: StampOf) => Promise<Origin>) | undefined;
  readonly decideVersion: ProjectVersions;
  /** Whether other sources may be asked for a library by its name; none is where it is left out. */
  readonly isPublicName?: ((name: string, project: Project | undefined) => Promise<boolean>) | undefined;
  /** The same opener that the indexer has. */
  readonly openCorpus: OpenCorpus;
  readonly indexer: Indexer;
  readonly log: Log;
  /** How long a resolve waits for the registry; 3 s when left out. */
  readonly registryWaitMs?: number;
  /** Estimates tokens; a quarter of the characters when left out. */
  readonly countTokens?: (text: string) => number;
}

/** More than a search of the corpus finds, so that an answer's pages never depend on how many were asked for. */
const maxSections = 200;
/** File-system work that a resolve or a listing does side by side. */
const maxAtOnce = 8;

/** Creates the source that answers from the docs of the packages that the project has, indexed when first asked for. */
export function createIndexedSource(options: IndexedSourceOptions): Source {
  const { findProject, installed, decideVersion, indexer, log, registryWaitMs = 3_000 } = options;
  const openRegistry = options.registry;
  const registry = openRegistry === undefined ? undefined : () => openRegistry(stampOf);
  const places = createPlaceFinder({ findProject, installed, registry, decideVersion });
  let isOpened = false;
  const countTokens = options.countTokens ?? ((text: string) => Math.ceil(text.length / 4));
  const surroundings = {
    origins: [installed],
    coverageOf,
    indexedCoverage,
    foreseeMissing: createForeseeMissing({ registry, decideVersion }),
    limit: limitConcurrency(maxAtOnce),
  };
  function openCorpus(): ReturnType<OpenCorpus> {
    isOpened = true;
    return options.openCorpus();
  }

  async function coverageOf(located: Located, signal: AbortSignal): Promise<string> {
    return (await indexedCoverage(located)) ?? surveyText(await installed.survey(located, signal));
  }

  async function indexedCoverage({ location, stamp }: Located): Promise<string | undefined> {
    const indexed = await lookInIndex((reader) => reader.findByOrigin(location, stamp));
    return indexed === undefined ? undefined : coverageText(indexed.coverage);
  }

  async function stampOf(location: string): Promise<string | undefined> {
    return lookInIndex((reader) => reader.stampOf(location));
  }

  /** What is known of before is worth having, but nothing is lost without it. */
  async function lookInIndex<T>(look: (reader: CorpusReader) => T | undefined): Promise<T | undefined> {
    try {
      return look((await openCorpus()).reader);
    } catch (thrown) {
      log.debug('The index cannot be read.', { why: String(thrown) });
      return undefined;
    }
  }

  async function identify({ name, version }: LibraryName, call: CallContext): Promise<LibraryId | undefined> {
    for (const form of new Set([name, name.toLowerCase()])) {
      if (!isNpmName(form)) continue;
      const found = await places.nameInProject({ name: form, version }, call);
      if (found !== undefined) return toId(found);
    }
    return undefined;
  }

  async function caveats(call: CallContext): Promise<readonly string[]> {
    const project = await findProject(call);
    if (project === undefined) return ['No project is known, so no project decided the version.'];
    return project.notes.slice(0, 1);
  }

  async function answer(request: AnswerRequest, call: CallContext): Promise<SourceAnswer> {
    const { mode } = request;
    const place = await places.find(ours(request.library), call);
    const { located } = place;
    const { library, found } = await readIndexed(place, call, (reader, library) =>
      request.query === undefined
        ? makeOverview(reader.overview(library.rowId), { located, library, mode, countTokens })
        : dealOut(
            reader.search(library.rowId, request.query, { mode, limit: maxSections }),
            request,
            located,
          ),
    );
    const lacks = await lackedBy(place, library);
    const emptyBecause = library.sections === 0 ? noDocs(located, library.coverage.skipped) : undefined;
    if (emptyBecause !== undefined && lacks === undefined) throw emptyBecause;
    return {
      id: printLibrary({ kind: 'npm', name: located.name, version: located.version }),
      origin: describeOrigin(place),
      notes: describeFacts(place, library.coverage),
      ...(lacks === undefined ? {} : { lacks }),
      ...(emptyBecause === undefined ? {} : { emptyBecause }),
      // A heading with nothing under it answers nothing.
      snippets: found.filter(({ text }) => text.trim() !== ''),
      hasMore: false,
      freshness: { state: 'live', ageMs: 0 },
    };
  }

  /** The name under which other sources may be asked, where there is hardly anything to read here. */
  async function lackedBy(
    { located: { name, version }, project }: Place,
    { sections, coverage }: IndexedLibrary,
  ): Promise<LackedLibrary | undefined> {
    const isThin = sections === 0 || isReadmeOnly(coverage);
    return isThin && (await options.isPublicName?.(name, project)) === true ? { name, version } : undefined;
  }

  /** Reads from the indexed library. Where the index changed in between, all of it runs once more: the next one finds what is so. */
  async function readIndexed<T>(
    place: Place,
    call: CallContext,
    read: (reader: CorpusReader, library: IndexedLibrary) => T,
  ): Promise<{ readonly library: IndexedLibrary; readonly found: T }> {
    async function attempt() {
      const library = await ensureIndexed(place, call);
      const { reader } = await openCorpus();
      return { library, found: read(reader, library) };
    }
    try {
      return await attempt();
    } catch (thrown) {
      if (toDocpinError(thrown).code !== 'index-changed') throw thrown;
      return attempt();
    }
  }

  async function prepare(wanted: LibraryId, call: CallContext): Promise<Prepared> {
    const place = await places.find(ours(wanted), call);
    const { located } = place;
    const { reader } = await openCorpus();
    const isNew = reader.findByOrigin(located.location, located.stamp) === undefined;
    const library = await ensureIndexed(place, call);
    if (library.sections === 0) throw noDocs(located, library.coverage.skipped);
    const id = printLibrary({ kind: 'npm', name: located.name, version: located.version });
    return { id, coverage: coverageText(library.coverage), isNew };
  }

  async function ensureIndexed(
    { located, origin, project }: Place,
    call: CallContext,
  ): Promise<IndexedLibrary> {
    const { reader } = await openCorpus();
    const before = reader.findByOrigin(located.location, located.stamp);
    if (before !== undefined) return before;
    const { read } = await indexer.index(located, {
      origin,
      signal: call.signal,
      onProgress: call.onProgress,
      waitMs: call.maxWaitMs,
      projectFolder: project?.workspaceRoot,
    });
    const after = reader.findByOrigin(read.location, read.stamp);
    if (after !== undefined) return after;
    throw new DocpinError('index-changed', {
      what: `The docs of ${located.name}@${located.version} were read, but are not in the local index.`,
      next: 'Ask again; its files may have changed meanwhile.',
    });
  }

  async function list(call: CallContext): Promise<Listing> {
    const project = await findProject(call);
    if (project === undefined) return { project: undefined, notes: [], libraries: [] };
    return listDependencies({ ...surroundings, project, signal: call.signal });
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
        return findCandidates(request, { ...surroundings, project, signal: call.signal });
      }),
    resolveElsewhere: ({ name }, call) =>
      guarded(call, async () => {
        const isAsked = registry !== undefined && isNpmName(name) && !(await places.isOfProject(name, call));
        if (!isAsked) return [];
        const stranger = { findProject, registry, indexedCoverage, waitMs: registryWaitMs };
        return offerStranger(name, stranger, call);
      }),
    identifyElsewhere: (name, call) =>
      guarded(call, async () => {
        if (!isNpmName(name.name)) return undefined;
        const found = await places.nameInRegistry(name, call);
        return found === undefined ? undefined : toId(found);
      }),
    caveats: (call) => guarded(call, () => caveats(call)),
    answer: (request, call) => guarded(call, () => answer(request, call)),
    prepare: (library, call) => guarded(call, () => prepare(library, call)),
    readyLibraries: async (call) => {
      const { libraries } = await guarded(call, () => list(call));
      return libraries.filter(({ origin }) => origin === 'installed').length;
    },
    list: (call) => guarded(call, () => list(call)),
    async close() {
      await indexer.close();
      if (!isOpened) return;
      // Where it could not be opened there is nothing to close.
      const corpus = await openCorpus().catch(() => undefined);
      corpus?.reader.close();
    },
  };
}

function toId({ name, version }: AskedLibrary): LibraryId {
  return { kind: 'npm', name, ...(version === undefined ? {} : { version }) };
}

function ours(library: LibraryId): AskedLibrary {
  if (library.kind === 'npm') return library;
  throw notOurs(library);
}

function notOurs(library: LibraryId): DocpinError {
  return new DocpinError('bad-input', {
    what: `${printLibrary(library)} is not an npm package.`,
    next: 'Give an id such as npm:zod@4.6.7, or call resolve-library.',
  });
}

/** Sections as snippets; those that score too little for the first page of an answer are of a batch of their own. */
function dealOut(
  found: readonly FoundSection[],
  { tokens }: AnswerRequest,
  located: Located,
): readonly Snippet[] {
  const first = chooseFirstPage(found, tokens);
  return found.map((section) => ({ ...toSnippet(section, located), batch: first.has(section) ? 0 : 1 }));
}
