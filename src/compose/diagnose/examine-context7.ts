import { type Config, context7IsOn } from '../../config/config.ts';
import type { Check } from '../../doctor/diagnosis.ts';
import type { SharedCache } from '../compose-cache.ts';
import { context7BaseUrl } from '../compose-context7.ts';

/** Says whether Context7 is on, and what it last said of the credential's quota. Nobody is asked. */
export async function examineContext7(config: Config, sharedCache: SharedCache): Promise<Check> {
  const subject = 'Context7';
  if (!context7IsOn(config)) return { subject, state: 'ok', finding: 'off' };
  const baseUrl = config.context7ApiUrl ?? context7BaseUrl;
  const key = config.context7ApiKey;
  const on = `on, ${baseUrl}, ${key === undefined ? 'without a key' : 'with a key'}`;
  const [{ cache, credentialDigest }, { createQuotaFacts, quotaText }] = await Promise.all([
    sharedCache.open(),
    import('../../sources/quota/quota-facts.ts'),
  ]);
  const quota = createQuotaFacts({ source: 'context7', cache, baseUrl, now: Date.now });
  const limits = await quota.limitsOf(credentialDigest(key));
  const text = limits === undefined ? undefined : quotaText(limits);
  if (limits === undefined || text === undefined) return { subject, state: 'ok', finding: on };
  const finding = `${on}; ${text} (seen ${new Date(limits.seenAtMs).toISOString().slice(0, 16)}Z)`;
  if (limits.remaining !== 0) return { subject, state: 'ok', finding };
  return { subject, state: 'note', finding, next: 'Until then, what is in the cache or installed answers.' };
}
