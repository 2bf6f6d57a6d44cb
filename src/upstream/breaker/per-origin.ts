/** A project may name many hosts; the one that was asked the longest time ago is forgotten first. */
const maxOrigins = 100;

/** Creates something for each origin that is asked: one upstream may reach several, and one's failure is not another's. */
export function createPerOrigin<T>(create: (url: URL) => T): (url: URL) => T {
  const known = new Map<string, T>();
  return (url) => {
    const of = known.get(url.origin) ?? create(url);
    known.delete(url.origin);
    known.set(url.origin, of);
    for (const origin of known.keys()) {
      if (known.size <= maxOrigins) break;
      known.delete(origin);
    }
    return of;
  };
}
