import { access, constants, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { CallContext } from '../../call.ts';
import { cancelledError, DocpinError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { createClimbLimits, isInside, realPathOf } from '../climb.ts';
import type { FindProject, Project } from '../origin.ts';
import { createFootprint, type Footprint } from './footprint.ts';
import { readProject } from './read-project.ts';

export interface ProjectFinderOptions {
  /** `--project` or DOCPIN_PROJECT; relative to the working folder. */
  readonly configuredFolder?: string;
  /** What the client says of itself in the environment (CLAUDE_PROJECT_DIR). */
  readonly clientFolder?: string;
  readonly workingFolder: string;
  readonly homeFolder: string;
  /** Ours; undefined on systems without owners. */
  readonly userId: number | undefined;
  readonly now: () => number;
  readonly log: Log;
}

interface KnownProject {
  readonly project: Project | undefined;
  readonly footprint: Footprint;
  readonly readAtMs: number;
}

const maxKnown = 100;
/** Above this many paths a project is looked at again only every ten seconds: the check alone would take milliseconds. */
const maxCheckedPaths = 1_000;
const largeProjectFreshMs = 10_000;

/**
 * Creates the search for a call's project. First that applies: the folder of the call, the configured one, the client's, the
 * client's roots, the working folder. A folder that was named on purpose (the first two) and is no project is `bad-input`; the
 * others fall through, and so do the file-system root, the home folder and what is above it (desktop clients start servers
 * there). Nothing is kept longer than the files it was read from stay as they are.
 */
export function createProjectFinder(options: ProjectFinderOptions): FindProject {
  const known = new Map<string, KnownProject>();
  const climbLimits = createClimbLimits(options);

  async function read(folder: string, isNamed: boolean): Promise<Project | undefined> {
    const key = `${isNamed} ${folder}`;
    const before = known.get(key);
    if (before !== undefined && isFresh(before, options.now())) return before.project;
    const footprint = createFootprint();
    footprint.add(folder);
    const limits = await climbLimits();
    const isExcluded = !isNamed && isInside(limits.homeFolder, (await realPathOf(folder)) ?? folder);
    const project = isExcluded ? undefined : await readProject(folder, { ...limits, isNamed, footprint });
    if (known.size >= maxKnown) known.clear();
    known.set(key, { project, footprint, readAtMs: options.now() });
    return project;
  }

  async function readNamed(folder: string, givenBy: string): Promise<Project> {
    await assertFolder(folder, givenBy);
    const project = await read(folder, true).catch((cause) => {
      throw notAProject(givenBy, 'cannot be read', cause);
    });
    if (project === undefined)
      throw notAProject(givenBy, 'has no package.json, and no folder above it has one');
    return project;
  }

  async function readImplied(folder: string): Promise<Project | undefined> {
    try {
      return await read(resolve(options.workingFolder, folder), false);
    } catch (thrown) {
      options.log.debug('A folder could not be read as a project.', { folder, why: String(thrown) });
      return undefined;
    }
  }

  return async function findProject(call) {
    if (call.signal.aborted) throw cancelledError(call.signal.reason);
    if (call.projectFolder !== undefined) {
      const givenBy = 'The project folder of this call';
      if (!isAbsolute(call.projectFolder)) throw notAProject(givenBy, 'is not an absolute path');
      return readNamed(call.projectFolder, givenBy);
    }
    if (options.configuredFolder !== undefined) {
      const folder = resolve(options.workingFolder, options.configuredFolder);
      return readNamed(folder, 'The configured project folder (--project or DOCPIN_PROJECT)');
    }
    const fromClient = options.clientFolder === undefined ? [] : [options.clientFolder];
    for (const folder of fromClient) {
      const project = await readImplied(folder);
      if (project !== undefined) return project;
    }
    const { roots, note } = await askRoots(call, options.log);
    for (const folder of [...roots, options.workingFolder]) {
      const project = await readImplied(folder);
      if (project !== undefined)
        return note === undefined ? project : { ...project, notes: [note, ...project.notes] };
    }
    return undefined;
  };
}

function isFresh(known: KnownProject, nowMs: number): boolean {
  if (known.footprint.size > maxCheckedPaths && nowMs - known.readAtMs < largeProjectFreshMs) return true;
  return known.footprint.isUnchanged();
}

interface AskedRoots {
  readonly roots: readonly string[];
  /** Said where the working folder decides although the client may have meant another one. */
  readonly note?: string;
}

/** A client that answers nonsense has no roots, one that does not answer is told of; only the caller's own stop ends the call. */
async function askRoots(call: CallContext, log: Log): Promise<AskedRoots> {
  if (call.roots === undefined) return { roots: [] };
  try {
    const roots = await Promise.race([call.roots(), rejectOnAbort(call.signal)]);
    return { roots: roots.filter(isAbsolute).slice(0, 20) };
  } catch (thrown) {
    if (call.signal.aborted) throw cancelledError(thrown);
    log.debug('The client did not say which folders it works in.', { why: String(thrown) });
    return {
      roots: [],
      note: 'The client did not say in time which folder it works in, so the folder that docpin was started in decided the version.',
    };
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function assertFolder(folder: string, givenBy: string): Promise<void> {
  const stats = await stat(folder).catch((cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
    throw notAProject(givenBy, isMissing ? 'does not exist' : 'cannot be read', cause);
  });
  if (!stats.isDirectory()) throw notAProject(givenBy, 'is not a folder');
  await access(folder, constants.R_OK | constants.X_OK).catch((cause) => {
    throw notAProject(givenBy, 'cannot be read', cause);
  });
}

function notAProject(givenBy: string, fault: string, cause?: unknown): DocpinError {
  return new DocpinError(
    'bad-input',
    {
      what: `${givenBy} ${fault}.`,
      next: 'Give the absolute path of a folder that holds a package.json, or leave it out.',
    },
    { cause },
  );
}
