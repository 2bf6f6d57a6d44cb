import { join } from 'node:path';
import type { Project } from '../origin.ts';
import { readManifest } from '../read-manifest.ts';
import type { AskedPackage } from './asked-package.ts';
import { scopeOf } from './npm-config/npm-config.ts';

/** Why a name looks private, in words that follow "because"; undefined for one that does not. */
export type WhyPrivate = (asked: AskedPackage, project: Project | undefined) => Promise<string | undefined>;

interface OwnNames {
  readonly names: ReadonlySet<string>;
  readonly scopes: ReadonlySet<string>;
}

/**
 * Creates the check whether a name would give away something private when the public registry is asked for it, or would be
 * answered by whoever registered it there first: one that the project has from somewhere else than a registry, one of its own
 * packages, one in the scope of its own packages.
 */
export function createWhyPrivate(): WhyPrivate {
  // Projects are read anew when they change, and then are other objects.
  const known = new WeakMap<Project, Promise<OwnNames>>();

  return async function whyPrivate(asked, project) {
    if (asked.isFromElsewhere) return 'this project does not have it from a registry';
    if (project === undefined) return undefined;
    const own = known.get(project) ?? readOwnNames(project);
    known.set(project, own);
    const { names, scopes } = await own;
    if (names.has(asked.name)) return 'it is a package of this project itself';
    const scope = scopeOf(asked.name);
    if (scope !== undefined && scopes.has(scope)) return `packages of this project are in ${scope} too`;
    return undefined;
  };
}

async function readOwnNames(project: Project): Promise<OwnNames> {
  const names = new Set<string>();
  for (const folder of project.packageFolders) {
    const name = (await readManifest(join(folder, 'package.json')))?.name;
    if (name !== undefined) names.add(name);
  }
  const scopes = new Set([...names].map(scopeOf).filter((scope) => scope !== undefined));
  return { names, scopes };
}
