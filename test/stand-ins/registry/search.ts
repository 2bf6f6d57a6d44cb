import type { Answer } from '../fault-engine/exchange.ts';
import type { StoredVersion } from './packages.ts';

const usualDownloads = { monthly: 12_345, weekly: 2_345 };

/**
 * Answers `-/v1/search`: whatever holds the text in its name, the longest name first, so that nobody gets by with taking the first.
 * Refuses all but `text` of 2 to 64 characters and a `size` of 1 to 250.
 */
export function search(packages: readonly (readonly StoredVersion[])[], query: URLSearchParams): Answer {
  const text = query.get('text') ?? '';
  const size = query.get('size') ?? '20';
  const unknown = [...query.keys()].filter((key) => key !== 'text' && key !== 'size');
  if (unknown.length > 0) return refused(`there is no parameter ${unknown.join()}`);
  if (query.getAll('text').length !== 1 || text.length < 2 || text.length > 64)
    return refused('the text has 2 to 64 characters');
  if (!/^\d{1,3}$/.test(size) || Number(size) < 1 || Number(size) > 250)
    return refused('the size is 1 to 250');
  const found = packages
    .flatMap((versions) => versions.slice(-1))
    .filter(({ manifest }) => manifest.name.includes(text))
    .sort((a, b) => b.manifest.name.length - a.manifest.name.length);
  const objects = found.slice(0, Number(size)).map(({ manifest, downloads = usualDownloads }) => ({
    package: { name: manifest.name, version: manifest.version, keywords: [] },
    downloads,
    score: { final: 1 },
    searchScore: 1,
  }));
  return { status: 200, body: { objects, total: found.length, time: '2021-01-01T00:00:00.000Z' } };
}

function refused(error: string): Answer {
  return { status: 400, body: { error } };
}
