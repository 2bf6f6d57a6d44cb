export type Family = 'scrape' | 'api' | 'readonly';
export type Limits = Readonly<Record<Family, number>>;

const windowMs = 60_000;
/** Requests in a window that slides over 60 s. */
export const documentedLimits: Limits = { scrape: 10, api: 100, readonly: 120 };

/** Creates the limits, which are a user's and not a key's. `take` gives 0 or the milliseconds until the next may come. */
export function createRateLimits(limits: Limits, now: () => number) {
  const taken = new Map<string, number[]>();
  return {
    take(user: string, family: Family): number {
      const key = `${user} ${family}`;
      const recent = (taken.get(key) ?? []).filter((atMs) => atMs > now() - windowMs);
      const isFull = recent.length >= limits[family];
      if (!isFull) recent.push(now());
      taken.set(key, recent);
      return isFull ? (recent[0] ?? 0) + windowMs - now() : 0;
    },
  };
}
