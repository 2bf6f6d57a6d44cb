import type { LockfileReader } from '../lockfile/lockfile-reader.ts';
import type { Project } from '../origin.ts';
import { decideVersion, type VersionDecision, type VersionFacts } from './decide-version.ts';

/** Decides as `decideVersion` does, with what the project's lockfile says. Rejects for nothing that a lockfile holds. */
export type ProjectVersions = (
  facts: Omit<VersionFacts, 'project' | 'locked' | 'lockfile'> & { readonly project: Project | undefined },
) => Promise<VersionDecision>;

/** Creates the decision on versions for a composition that has a reader of lockfiles. */
export function createProjectVersions(lockfiles: LockfileReader): ProjectVersions {
  return async function decideInProject(facts) {
    const { project, name } = facts;
    if (project === undefined) return decideVersion({ ...facts, project, locked: [] });
    const [locked, lockfile] = await Promise.all([
      lockfiles.lockedVersions(project, name),
      lockfiles.about(project),
    ]);
    return decideVersion({ ...facts, project, locked, lockfile });
  };
}
