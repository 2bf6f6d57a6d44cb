import { fileNameOf, type StoredVersion, sha512Of, shasumOf } from './packages.ts';

/** What a registry says of a package: in the short form that installers ask for, or the whole one. */
export function packumentOf(stored: readonly StoredVersion[], baseUrl: string, isWhole: boolean): object {
  const name = stored[0]?.manifest.name ?? '';
  const tags: Record<string, string> = {};
  const versions: Record<string, object> = {};
  const time: Record<string, string> = { created: '2020-03-04T05:06:07.000Z' };
  for (const each of stored) {
    const { manifest } = each;
    for (const tag of each.tags ?? ['latest']) tags[tag] = manifest.version;
    time[manifest.version] = each.publishedAt ?? '2021-01-01T00:00:00.000Z';
    versions[manifest.version] = { ...(isWhole ? manifest : shortOf(manifest)), dist: distOf(each, baseUrl) };
  }
  if (stored[0]?.publishedAt !== undefined) time.created = stored[0].publishedAt;
  const both = { name, 'dist-tags': tags, versions };
  if (!isWhole) return { ...both, modified: '2021-01-01T00:00:00.000Z' };
  return { _id: name, ...both, time, description: stored.at(-1)?.manifest.description, readme: '' };
}

/** The fields that an installer needs. */
const shortFields = [
  'name',
  'version',
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bin',
  'engines',
  'os',
  'cpu',
  'libc',
  'deprecated',
];

function shortOf(manifest: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(manifest).filter(([field]) => shortFields.includes(field)));
}

function distOf(
  { manifest, tarball, tarballUrl, integrity, shasum }: StoredVersion,
  baseUrl: string,
): object {
  const { name, version } = manifest;
  return {
    tarball: tarballUrl ?? `${baseUrl}${name}/-/${fileNameOf(name, version)}`,
    ...(integrity === null ? {} : { integrity: integrity ?? sha512Of(tarball) }),
    ...(shasum === null ? {} : { shasum: shasum ?? shasumOf(tarball) }),
  };
}
