import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readManifest } from '../read-manifest.ts';
import { isExactVersion, unknownVersion } from './lockfile.ts';

/** The package.json files of a workspace, each read again only when its mtime or size has changed. */
export interface Manifests {
  read(folder: string): Promise<Manifest | undefined>;
  /** Exact; `0.0.0` where there is none. */
  versionOf(folder: string): Promise<string>;
}

const maxKnown = 2_000;

/** Creates the reader of a workspace's package.json files. */
export function createManifests(): Manifests {
  const known = new Map<string, { readonly state: string; readonly manifest: Manifest | undefined }>();

  async function read(folder: string): Promise<Manifest | undefined> {
    const file = join(folder, 'package.json');
    const stats = await stat(file).catch(() => undefined);
    if (stats === undefined) return undefined;
    const state = `${stats.mtimeMs} ${stats.size}`;
    const before = known.get(file);
    if (before?.state === state) return before.manifest;
    const manifest = await readManifest(file);
    if (known.size >= maxKnown) known.clear();
    known.set(file, { state, manifest });
    return manifest;
  }

  return {
    read,
    async versionOf(folder) {
      const version = (await read(folder))?.version;
      return isExactVersion(version) ? version : unknownVersion;
    },
  };
}
