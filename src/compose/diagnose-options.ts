import { type Config, context7IsOn } from '../config/config.ts';
import type { DiagnoseOptions } from '../doctor/diagnose.ts';
import type { Check } from '../doctor/diagnosis.ts';
import { toDocpinError } from '../errors.ts';
import type { Lookup } from '../lookup/lookup.ts';
import { context7BaseUrl } from './compose-context7.ts';
import { examineRegistry } from './examine-registry.ts';
import type { ComposeOptions } from './parts.ts';

/** What the doctor has to know of how docpin is composed. */
export function diagnoseOptionsOf(options: ComposeOptions, lookup: Lookup): DiagnoseOptions {
  const { config } = options;
  const { httpProxy, httpsProxy, noProxy, extraCertificates } = config.surroundings;
  const context7Url = config.context7ApiUrl ?? context7BaseUrl;
  return {
    nodeVersion: process.version,
    cacheFolder: config.cacheDir,
    examine: [
      (signal) => examineProject(lookup, signal),
      (signal) => examineRegistry(options, signal),
      async () => examineContext7(config, context7Url),
    ],
    proxy: { http: httpProxy, https: httpsProxy, none: noProxy },
    extraCertificates,
    egress: [
      ...(config.offline || config.sources?.includes('indexed') === false
        ? []
        : [
            {
              to: 'the npm registry that npm is set up for',
              what: 'names and versions of packages, never a query',
              when: config.onlyDependencies
                ? 'a dependency of the project is asked for that is not installed'
                : 'a package is asked for, or named to resolve-library, that is not installed',
            },
          ]),
      ...(context7IsOn(config)
        ? [
            {
              to: new URL(context7Url).host,
              what: `library names and ids, queries (secrets redacted, 500 characters at most)${config.context7ApiKey === undefined ? '' : ', your Context7 key'}`,
              when: 'a Context7 id, or a name that the project does not have',
            },
          ]
        : []),
    ],
  };
}

async function examineProject(lookup: Lookup, signal: AbortSignal): Promise<Check> {
  const subject = 'project';
  try {
    const { facts } = await lookup.list({ signal });
    const found = facts.libraries.filter(({ origin }) => origin === 'installed').length;
    if (facts.project === undefined) {
      return {
        subject,
        state: 'note',
        finding: 'none is known here',
        next: 'Start docpin in a project, or name one with --project or DOCPIN_PROJECT.',
      };
    }
    const missing = facts.libraries.length - found;
    const finding = `${facts.project}, ${found} of ${facts.libraries.length} dependencies installed`;
    return missing === 0
      ? { subject, state: 'ok', finding }
      : {
          subject,
          state: 'note',
          finding,
          next: 'Install the dependencies of the project to read their docs.',
        };
  } catch (thrown) {
    const { what, next } = toDocpinError(thrown);
    return { subject, state: 'fault', finding: what, next };
  }
}

function examineContext7(config: Config, url: string): Check {
  const subject = 'Context7';
  if (!context7IsOn(config)) return { subject, state: 'ok', finding: 'off' };
  return {
    subject,
    state: 'ok',
    finding: `on, ${url}, ${config.context7ApiKey === undefined ? 'without a key' : 'with a key'}`,
  };
}
