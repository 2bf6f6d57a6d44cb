import { join } from 'node:path';
import { createLog } from '../../../src/log.ts';
import { resolveLibrary } from '../../../src/lookup/resolve-library.ts';
import type { ResolveRequest } from '../../../src/sources/source.ts';
import { type StartOptions, startTarballOrigin } from '../../origins/tarball/start-tarball-origin.ts';
import { copyProject, temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import type { StoredVersion } from '../../stand-ins/registry/packages.ts';
import { packageTarball } from '../../stand-ins/registry/tar-entries.ts';
import { call, openSource } from './open-source.ts';

export const log = createLog({ level: 'silent', write: () => undefined });

export interface WithRegistry extends StartOptions {
  readonly files?: Readonly<Record<string, string | object>>;
  readonly waitMs?: number;
}

/** The indexed source with a registry behind it, in a project of these files; in the npm project of the fixtures without. */
export async function openWithRegistry({ files, waitMs, ...options }: WithRegistry = {}) {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  if (files === undefined) copyProject('npm-app', project);
  else writeFiles(project, files);
  const { origin, registry } = await startTarballOrigin(options);
  const opened = openSource({
    cacheFolder: join(folder, 'cache'),
    project,
    registry: async () => origin,
    ...(waitMs === undefined ? {} : { registryWaitMs: waitMs }),
  });
  const resolve = (name: string, more: Partial<ResolveRequest> = {}) =>
    resolveLibrary({ sources: [opened.source], log }, { name, ...more }, call);
  const paths = () => registry.requests.map(({ path }) => path);
  return { ...opened, registry, resolve, paths, project };
}

/** A version of a package with nothing in it. */
export function versionOf(name: string, version: string, more: Partial<StoredVersion> = {}): StoredVersion {
  return { manifest: { name, version }, tarball: packageTarball(name, version, []), ...more };
}
