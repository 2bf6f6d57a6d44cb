import { cleanInline } from '../../../src/lookup/text/clean-text.ts';
import { stripInvisible } from '../../../src/lookup/text/strip-invisible.ts';
import { operationOf } from '../../../src/sources/context-repo/client/operations.ts';
import { createContextRepoTools } from '../../../src/tools/context-repo/create-context-repo-tools.ts';
import { toOutboundQuery } from '../../../src/upstream/outbound-query.ts';
import { type StartOptions, startContextRepo } from '../../sources/context-repo/start-context-repo.ts';

export interface OpenOptions extends StartOptions {
  readonly allowsWrites?: boolean;
}

/** The tools over the real client before the stand-in. The caller closes it. */
export async function openTools({ allowsWrites = true, ...options }: OpenOptions = {}) {
  const started = await startContextRepo(options);
  const tools = createContextRepoTools({
    openClient: async () => started.client,
    operationOf,
    allowsWrites,
    show: {
      line: (text = '', maxLength) => cleanInline(text, maxLength),
      asWritten: (text = '') => stripInvisible(text),
    },
    countTokens: (text) => Math.ceil(text.length / 4),
    toOutboundQuery: (query) => toOutboundQuery(query, [started.key]),
  });
  /** What was asked beside what the credential may do. */
  const asked = () =>
    started.standIn.requests
      .filter(({ path }) => path !== '/v1/user/me')
      .map(({ method, path }) => `${method} ${path}`);
  return { ...started, tools, asked };
}
