import type { Config } from '../../config/config.ts';
import { contextRepoIsOn } from '../../config/context-repo.ts';
import type { Check } from '../../doctor/diagnosis.ts';
import { toDocpinError } from '../../errors.ts';
import { scopesOf } from '../../sources/context-repo/client/access.ts';
import { type ContextRepo, contextRepoBaseUrl } from '../compose-context-repo.ts';

/** Says whether Context Repo answers at all, by what it tells everybody, and what the configured credential may do. */
export async function examineContextRepo(
  config: Config,
  contextRepo: ContextRepo,
  signal: AbortSignal,
): Promise<Check> {
  const subject = 'Context Repo';
  if (!contextRepoIsOn(config)) return { subject, state: 'ok', finding: 'off' };
  const url = config.contextRepoApiUrl ?? contextRepoBaseUrl;
  try {
    const client = await contextRepo.openClient();
    await client.run('get_capabilities', {}, { signal });
    const credential = client.credentialOf({ signal });
    if (credential === undefined)
      return {
        subject,
        state: 'note',
        finding: `on, ${url} answers, without a key`,
        next: 'Set CONTEXTREPO_API_KEY to a key of your account.',
      };
    const scopes = scopesOf(await client.run('get_user_info', {}, { signal }), credential);
    const may =
      credential.kind === 'token'
        ? 'the credential has everything'
        : scopes === undefined
          ? 'what the credential may do is not told'
          : `the credential has ${scopes.join(', ') || 'no scope'}`;
    return { subject, state: 'ok', finding: `on, ${url} answers, ${may}` };
  } catch (thrown) {
    const { what, next } = toDocpinError(thrown);
    return { subject, state: 'fault', finding: `on, ${url}: ${what}`, next };
  }
}
