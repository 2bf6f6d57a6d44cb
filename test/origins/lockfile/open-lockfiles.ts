import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createLog } from '../../../src/log.ts';
import {
  createLockfileReader,
  type LockedVersion,
  type LockfileReaderOptions,
} from '../../../src/origins/lockfile/lockfile-reader.ts';
import type { Project } from '../../../src/origins/origin.ts';
import { createProjectFinder } from '../../../src/origins/project/project-finder.ts';
import { temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/lockfiles');

export type LockfileFixture =
  | 'npm-1'
  | 'npm-2'
  | 'npm-3'
  | 'pnpm-6'
  | 'pnpm-6-single'
  | 'pnpm-9'
  | 'yarn-1'
  | 'yarn-berry'
  | 'bun';

/** A copy of a project whose lockfile a real tool has made; `test/fixtures/lockfiles` says nothing of node_modules. */
export function copyFixture(name: LockfileFixture): string {
  const folder = temporaryFolder();
  cpSync(join(fixtures, name), folder, { recursive: true });
  return folder;
}

/** A project of files that are given as they are. */
export function projectOf(files: Readonly<Record<string, string | object>>): string {
  const folder = temporaryFolder();
  writeFiles(folder, { 'package.json': {}, ...files });
  return folder;
}

export async function findProject(folder: string): Promise<Project> {
  const find = createProjectFinder({
    workingFolder: '/',
    homeFolder: '/nobody-lives-here',
    userId: process.getuid?.(),
    now: Date.now,
    log: createLog({ level: 'silent', write: () => undefined }),
  });
  const project = await find({ signal: new AbortController().signal, projectFolder: folder });
  if (project === undefined) throw new Error(`${folder} is no project`);
  return project;
}

/** Reads a project's lockfile: what is pinned for each name, one line a version, and what there is to say. */
export async function openLockfiles(folder: string, options: Partial<LockfileReaderOptions> = {}) {
  const project = await findProject(folder);
  const reader = createLockfileReader({ now: Date.now, ...options });
  return {
    project,
    reader,
    about: () => reader.about(project),
    lines: async (name: string) =>
      (await reader.lockedVersions(project, name)).map((each) => toLine(each, project)),
  };
}

function toLine(locked: LockedVersion, { workspaceRoot }: Project): string {
  const place = locked.neededBy.slice(workspaceRoot.length + 1) || '.';
  const { name, version, isDirect, resolvedElsewhere, alias } = locked;
  return [
    `${name}@${version}`,
    isDirect ? `for ${place}` : `below ${place}`,
    ...(alias === undefined ? [] : [`as ${alias}`]),
    ...(resolvedElsewhere === undefined ? [] : [`(${resolvedElsewhere})`]),
  ].join(' ');
}
