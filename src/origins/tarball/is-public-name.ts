import type { Project } from '../origin.ts';
import { toAskedPackage } from './asked-package.ts';
import type { LoadNpmConfig } from './npm-config/load-npm-config.ts';
import { mappedRegistry } from './npm-config/npm-config.ts';
import { createWhyPrivate } from './private-names.ts';

/** Whether a library's name may be told to a third party: nothing in the project or npm's configuration says that it is private. */
export type IsPublicName = (name: string, project: Project | undefined) => Promise<boolean>;

/** Creates the check from npm's configuration: a scope with a registry of its own is private. The check never rejects. */
export function createIsPublicName(npmConfig: LoadNpmConfig): IsPublicName {
  const whyPrivate = createWhyPrivate();
  return async function isPublicName(name, project) {
    const asked = toAskedPackage({ name }, project);
    if ((await whyPrivate(asked, project)) !== undefined) return false;
    return mappedRegistry(asked.name, await npmConfig(project)) === undefined;
  };
}
