import type { FindProject } from '../origins/origin.ts';
import type { ComposeOptions } from './parts.ts';

/** Composes the search for the project of a call. */
export async function composeProjectFinder({ config, log }: ComposeOptions): Promise<FindProject> {
  const { createProjectFinder } = await import('../origins/project/project-finder.ts');
  const { workingFolder, homeFolder, clientFolder } = config.surroundings;
  return createProjectFinder({
    ...(config.project === undefined ? {} : { configuredFolder: config.project }),
    ...(clientFolder === undefined ? {} : { clientFolder }),
    workingFolder,
    homeFolder,
    userId: process.getuid?.(),
    now: Date.now,
    log,
  });
}
