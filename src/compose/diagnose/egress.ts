import { type Config, context7IsOn } from '../../config/config.ts';
import { contextRepoIsOn } from '../../config/context-repo.ts';
import type { Egress } from '../../doctor/diagnosis.ts';
import { contextRepoBaseUrl } from '../compose-context-repo.ts';
import { context7BaseUrl } from '../compose-context7.ts';

/** What may leave the machine as docpin is configured now. */
export function egressOf(config: Config): readonly Egress[] {
  return [
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
            to: new URL(config.context7ApiUrl ?? context7BaseUrl).host,
            what: `library names and ids, queries (secrets redacted, 500 characters at most)${config.context7ApiKey === undefined ? '' : ', your Context7 key'}`,
            when: 'a Context7 id, a name that the project does not have, or a public package with a README at most',
          },
        ]
      : []),
    ...(contextRepoIsOn(config)
      ? [
          {
            to: new URL(config.contextRepoApiUrl ?? contextRepoBaseUrl).host,
            what: 'library names, ids, queries (secrets redacted, 500 characters at most), what tools are given to save, your Context Repo key',
            when: 'a Context Repo id, a name that the project does not have, or a tool of Context Repo',
          },
        ]
      : []),
  ];
}
