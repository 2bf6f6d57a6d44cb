import type { DocpinError } from '../../errors.ts';
import { isVersion } from '../../library.ts';
import type { Project, Wanted } from '../origin.ts';
import { type AskedPackage, toAskedPackage } from './asked-package.ts';
import { notADependency, notAsked, registryRefused } from './not-found.ts';
import type { LoadNpmConfig } from './npm-config/load-npm-config.ts';
import { mappedRegistry, type NpmConfig, scopeOf } from './npm-config/npm-config.ts';
import { createWhyPrivate } from './private-names.ts';

export interface PlanRequestOptions {
  readonly npmConfig: LoadNpmConfig;
  /** Asked for the registry where the configuration names none. */
  readonly askNpm: () => Promise<string>;
  /** Ask the registry only for what the project declares. */
  readonly onlyDependencies?: boolean;
}

/** What is asked of which registry. */
export interface RequestPlan {
  readonly asked: AskedPackage;
  /** Set where it is one exact version, which is the same for ever. */
  readonly exactVersion: string | undefined;
  readonly config: NpmConfig;
  /** Takes half a second where npm has to be asked for it. */
  readonly registry: () => Promise<URL>;
}

/**
 * What is asked and of whom, or the error that says why it is not. Needs no network. Rejects with `bad-config` where a project
 * names its registry in a way that is not taken from a project.
 */
export type PlanRequest = (
  wanted: Wanted,
  project: Project | undefined,
) => Promise<RequestPlan | { readonly refusal: DocpinError }>;

/** Creates what decides on a request. Nothing that looks private gets as far as the public registry. */
export function createPlanRequest(options: PlanRequestOptions): PlanRequest {
  const whyPrivate = createWhyPrivate();

  return async function planRequest(wanted, project) {
    const asked = toAskedPackage(wanted, project);
    if (options.onlyDependencies === true && !asked.isDependency)
      return { refusal: notADependency(asked.name) };
    const config = await options.npmConfig(project);
    const plan = { asked, exactVersion: toExactVersion(asked.version), config };
    const mapped = mappedRegistry(asked.name, config);
    // Whoever maps a scope has said where its packages are; nothing of it reaches the public registry.
    if (mapped !== undefined) return { ...plan, registry: async () => new URL(mapped) };
    const because = await whyPrivate(asked, project);
    if (because !== undefined) return { refusal: notAsked(asked.name, because) };
    for (const key of [`${scopeOf(asked.name) ?? ''}:registry`, 'registry'])
      if (config.refused.has(key)) throw registryRefused(key);
    return { ...plan, registry: async () => new URL(config.registry ?? (await options.askNpm())) };
  };
}

function toExactVersion(version = ''): string | undefined {
  const plain = version.replace(/^[v=]+(?=\d)/, '');
  return isVersion(plain) ? plain : undefined;
}
