import { createHash, type Hash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CorpusWriter, Page } from './corpus/corpus.ts';
import { openCorpus, openCorpusReader, openCorpusWriter } from './corpus/open-corpus.ts';
import { DocpinError } from './errors.ts';
import { isDeclarations } from './library.ts';
import type { Log } from './log.ts';
import { createInstalledOrigin } from './origins/installed/installed-origin.ts';
import type { DocsFile, Origin, SkippedFile, SurveyedFile } from './origins/origin.ts';
import { createTarballReader } from './origins/tarball/tarball-reader.ts';
import { countCoverage } from './sources/indexed/coverage.ts';
import type {
  Held,
  IndexJob,
  IndexOutcome,
  JobHooks,
  OpenCorpus,
  OpenedCorpus,
} from './sources/indexed/indexing/indexing.ts';
import { takeLease } from './sources/indexed/indexing/take-lease.ts';
import { loadSqlite } from './sqlite.ts';
import { assertPrivateFile } from './sqlite-file/private-file.ts';

/**
 * Reads one library into the corpus: opens its files, cuts them into pages, hashes what was read, and adds it in one
 * transaction, unless the corpus has exactly this content already; and points the place at it. A file that cannot be parsed
 * is one skipped file. Lets other work run between files. Resolves with `held`, and does nothing, while another process reads it.
 */
export async function runIndexJob(
  job: IndexJob,
  openWriter: () => Promise<CorpusWriter>,
  hooks: JobHooks,
): Promise<IndexOutcome | Held> {
  const writer = await openWriter();
  try {
    const turn = takeLease(job, writer);
    if (turn.type === 'held') return 'held';
    if (turn.type === 'read before') return { ...turn.found, isNew: false };
    try {
      const read = await readPages(job, originOf(job), hooks);
      await hooks.onWriting();
      return write(job, read, writer);
    } finally {
      turn.end();
    }
  } finally {
    writer.close();
  }
}

function write({ located, projectFolder }: IndexJob, read: ReadPages, writer: CorpusWriter): IndexOutcome {
  try {
    const { name, version, location, stamp } = located;
    const { contentHash, pages, skipped } = read;
    const isNew = writer.findByContent(name, version, contentHash) === undefined;
    const apiEntries = pages.reduce(
      (sum, { kind, sections }) => sum + (isDeclarations(kind) ? sections.length : 0),
      0,
    );
    const coverage = countCoverage(read.files, skipped, apiEntries);
    const keepUnder = projectFolder === undefined ? undefined : `installed:${join(projectFolder, '/')}`;
    writer.add({ name, version, contentHash, pages, coverage }, { origin: { location, stamp }, keepUnder });
    return { contentHash, isNew, skipped };
  } catch (thrown) {
    throw thrown instanceof DocpinError ? thrown : notWritten(thrown);
  }
}

export interface IndexCorpusOptions {
  readonly file: string;
  /** Whose rows of the corpus are read and written. */
  readonly audience: string;
  readonly now: () => number;
  readonly log: Log;
}

/** Creates the opener of the corpus, which opens it once; an opening that failed is tried again by the next call. */
export function createCorpusOpener(options: IndexCorpusOptions): OpenCorpus {
  let opened: Promise<OpenedCorpus> | undefined;
  return () => {
    opened ??= openIndexCorpus(options).catch((thrown) => {
      opened = undefined;
      throw thrown;
    });
    return opened;
  };
}

/** Opens the corpus for the indexed source; where its file cannot be written, one in memory, with a warning. */
export async function openIndexCorpus({
  file,
  audience,
  now,
  log,
}: IndexCorpusOptions): Promise<OpenedCorpus> {
  const engine = await loadSqlite();
  try {
    // A file that is there is not opened for writing here: that could wait for a child that is just writing.
    if (!existsSync(file)) openCorpusWriter({ engine, file, audience, now }).close();
    else {
      assertPrivateFile(file);
      for (const path of [file, dirname(file)]) accessSync(path, constants.W_OK);
    }
    const openWriter = async () => openCorpusWriter({ engine, file, audience, now });
    const reader = openCorpusReader({ engine, file, audience, now });
    return { reader, file, audience, indexHere: (job, hooks) => runIndexJob(job, openWriter, hooks) };
  } catch (thrown) {
    if (!(thrown instanceof DocpinError) && (thrown as NodeJS.ErrnoException).syscall !== 'access')
      throw thrown;
    log.warn('The local index cannot be written; this process keeps its own in memory.', { file });
    const { reader, writer } = openCorpus({ engine, file: ':memory:', audience, now });
    const kept = { ...writer, close: () => undefined };
    return {
      reader,
      file: undefined,
      audience,
      indexHere: (job, hooks) => runIndexJob(job, async () => kept, hooks),
    };
  }
}

type ChunkFile = ReturnType<typeof import('./corpus/create-library-chunker.ts').createLibraryChunker>;

interface ReadPages {
  readonly contentHash: string;
  readonly pages: readonly Page[];
  readonly files: readonly SurveyedFile[];
  readonly skipped: readonly SkippedFile[];
}

async function readPages(job: IndexJob, origin: Pick<Origin, 'open'>, hooks: JobHooks): Promise<ReadPages> {
  // Loaded here, because the server opens the corpus through this file and nearly never cuts a page itself.
  const { createLibraryChunker } = await import('./corpus/create-library-chunker.ts');
  const chunkFile = createLibraryChunker();
  const skip = new Map(job.skip.map((file) => [file.path, file]));
  const hash = createHash('sha256');
  const pages: Page[] = [];
  const files: SurveyedFile[] = [];
  const skipped: SkippedFile[] = [];
  let total = 0;
  let done = 0;
  const opened = origin.open(job.located, hooks.signal, {
    onSkipped: (file) => skipped.push(file),
    onExpected: (expected) => {
      total = expected;
    },
  });
  for await (const file of opened) {
    const broken = skip.get(file.path);
    // What was left out is part of the content: a later reading that gets through it is another one.
    addToHash(hash, file, broken !== undefined);
    if (broken === undefined) {
      await hooks.onFile(file.path, done, total);
      // A turn of the event loop, so that a parent that went away ends the work here.
      await nextTurn();
      const page = await tryChunk(file, chunkFile);
      if (page === undefined) skipped.push({ path: file.path, why: 'could not be parsed' });
      else pages.push(page);
      files.push({ path: file.path, kind: file.kind, bytes: file.bytes.length });
    } else {
      skipped.push(broken);
    }
    done += 1;
  }
  return { contentHash: hash.digest('hex'), pages, files, skipped };
}

async function tryChunk({ path, kind, bytes }: DocsFile, chunkFile: ChunkFile): Promise<Page | undefined> {
  try {
    return await chunkFile({ path, kind, text: new TextDecoder().decode(bytes) });
  } catch {
    // Whatever a parser throws for one file (a RangeError of a deep one, mostly), the others are still good.
    return undefined;
  }
}

/** Lengths are part of it, so that no two lists of files run together into the same bytes. */
function addToHash(hash: Hash, { path, bytes }: DocsFile, isLeftOut: boolean): void {
  hash.update(JSON.stringify([path, bytes.length, isLeftOut]));
  hash.update(bytes);
}

function originOf({ located }: IndexJob): Pick<Origin, 'open'> {
  switch (located.origin) {
    case 'installed':
      // Nothing is located here, so neither the home folder nor the owner is asked for.
      return createInstalledOrigin({ homeFolder: '/', userId: undefined });
    case 'tarball':
      return createTarballReader();
  }
}

function notWritten(cause: unknown): DocpinError {
  return new DocpinError(
    'indexing-failed',
    {
      what: 'The docs were read, but the local index did not take them.',
      next: 'Ask again; if it stays so, check the free space of the cache folder, or set DOCPIN_CACHE_DIR to another one.',
    },
    { cause },
  );
}
