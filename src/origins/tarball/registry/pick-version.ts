import { compareVersions, newestMatching } from '../../../library.ts';
import type { Packument, PublishedVersion } from './read-packument.ts';

const maxNamed = 10;

/**
 * The version that is meant, as npm picks it: exactly this one, the one of a tag, the newest of a range (the `latest` one
 * where it is in the range, one that is not deprecated before one that is); with nothing asked, the `latest` one.
 */
export function pickVersion(packument: Packument, wanted: string | undefined): PublishedVersion | undefined {
  const { tags, versions } = packument;
  const tagged = tags.get(wanted ?? 'latest');
  if (tagged !== undefined) return versions.get(tagged);
  const range = wanted ?? '*';
  const latest = tags.get('latest');
  const good = [...versions.values()].filter(({ isDeprecated }) => !isDeprecated);
  const groups = [
    latest === undefined ? [] : [latest],
    good.map(({ version }) => version),
    [...versions.keys()],
  ];
  const exact = newestMatching(isExact(range) ? [...versions.keys()] : [], range);
  if (exact !== undefined) return versions.get(exact);
  for (const group of groups) {
    const found = newestMatching(group, range);
    if (found !== undefined) return versions.get(found);
  }
  // Everything that was published is a prerelease.
  return wanted === undefined
    ? versions.get([...versions.keys()].sort(compareVersions).at(-1) ?? '')
    : undefined;
}

/** At most ten versions near to the one that was asked for: of its minor version, of its major version, then the newest. */
export function nearbyVersions(packument: Packument, wanted: string): readonly string[] {
  const [, major, minor] = /(\d+)(?:\.(\d+))?/.exec(wanted) ?? [];
  const nearness = (version: string): number => {
    if (major === undefined || !version.startsWith(`${major}.`)) return 0;
    return minor !== undefined && version.startsWith(`${major}.${minor}.`) ? 2 : 1;
  };
  return [...packument.versions.keys()]
    .sort((a, b) => nearness(b) - nearness(a) || compareVersions(b, a))
    .slice(0, maxNamed);
}

/** At most ten of the versions that tags name, newest first; the `latest` one is always among them. */
export function taggedVersions({ tags }: Packument): readonly string[] {
  const latest = tags.get('latest');
  const others = [...new Set(tags.values())]
    .filter((version) => version !== latest)
    .sort((a, b) => compareVersions(b, a));
  const kept = latest === undefined ? others : [latest, ...others];
  return kept.slice(0, maxNamed).sort((a, b) => compareVersions(b, a));
}

function isExact(range: string): boolean {
  return /^[v=]*\d+\.\d+\.\d+[\w.+-]*$/.test(range);
}
