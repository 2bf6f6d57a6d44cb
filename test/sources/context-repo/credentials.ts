import type { ContextRepoCredential } from '../../../src/sources/context-repo/client/credential.ts';
import type { ContextRepoStandIn } from '../../stand-ins/context-repo/context-repo-stand-in.ts';
import { allScopes, type Scope } from '../../stand-ins/context-repo/credentials.ts';
import { credential } from './start-context-repo.ts';

/** A caller of the matrix; `scopes` is what Context Repo lets them do, undefined where it does not know them. */
export interface CallerOfMatrix {
  readonly name: string;
  readonly scopes: readonly Scope[] | undefined;
  make(standIn: ContextRepoStandIn): ContextRepoCredential | undefined;
}

const pairs = allScopes.flatMap((scope, index) => allScopes.slice(index + 1).map((other) => [scope, other]));

/** Nobody, a key that is none, keys of no scope, of each and of each pair, and a token. */
export const callersOfMatrix: readonly CallerOfMatrix[] = [
  { name: 'none', scopes: undefined, make: () => undefined },
  { name: 'bad', scopes: undefined, make: () => credential('gm_wrongwrong_wrongwrongwrong') },
  ...[[], ...allScopes.map((scope) => [scope]), ...pairs].map((scopes) => ({
    name: `key of ${scopes.join(' and ') || 'no scope'}`,
    scopes,
    make: (standIn: ContextRepoStandIn) => credential(standIn.addKey('ann', scopes)),
  })),
  { name: 'token', scopes: allScopes, make: (standIn) => credential(standIn.addToken('ann'), 'token') },
];
