import type { Answer, Asked } from '../fault-engine/exchange.ts';
import {
  type FaultServer,
  type FaultServerOptions,
  startFaultServer,
} from '../fault-engine/start-fault-server.ts';
import type { Account } from './account.ts';
import { oddly, refuse, refusedByEdge } from './answers.ts';
import { type Caller, type Credentials, createCredentials, mayDo } from './credentials.ts';
import { faultOf, idForm } from './fields.ts';
import { emptyPage, firstCursor } from './pages.ts';
import { createRateLimits, documentedLimits, type Limits } from './rate-limits.ts';
import type { Route, StandInChoices } from './route.ts';
import { collectionRoutes } from './routes/collections.ts';
import { disclosureRoutes } from './routes/disclosure.ts';
import { documentRoutes } from './routes/documents.ts';
import { promptRoutes } from './routes/prompts.ts';
import { searchRoutes } from './routes/search.ts';
import { userRoutes } from './routes/user.ts';
import { seedAccount, users } from './seed.ts';

export interface ContextRepoStandInOptions
  extends Partial<StandInChoices>,
    Pick<FaultServerOptions, 'port' | 'onAsked'> {
  readonly now?: () => number;
  readonly limits?: Partial<Limits>;
  readonly maxBodyBytes?: number;
}

export interface ContextRepoStandIn extends FaultServer, Omit<Credentials, 'find'> {
  /** As CONTEXTREPO_API_URL wants it. */
  readonly baseUrl: string;
  account(user: (typeof users)[number]): Account;
}

/** Every operation of the contract. */
export const routes: readonly Route[] = [
  ...userRoutes,
  ...promptRoutes,
  ...documentRoutes,
  ...collectionRoutes,
  ...searchRoutes,
  ...disclosureRoutes,
];

/** What the edge takes for a library that nobody has named. */
const namelessAgent =
  /^$|^(?:node|undici|node-fetch|axios|got|curl|python-urllib|python-requests|go-http-client)\b/i;

/** A server that follows the Context Repo API, refuses what that does not allow, and fails in every way when told to. */
export async function startContextRepoStandIn(
  options: ContextRepoStandInOptions = {},
): Promise<ContextRepoStandIn> {
  const now = options.now ?? Date.now;
  const choices: StandInChoices = {
    mismatchIn: 'message',
    expiredSession: 'ignored',
    tellsRevision: true,
    maxSearchLimit: 256,
    isOdd: false,
    ...options,
  };
  const maxBodyBytes = options.maxBodyBytes ?? 1024 * 1024;
  const { find, ...credentials } = createCredentials();
  const limits = createRateLimits({ ...documentedLimits, ...options.limits }, now);
  const accounts = new Map(users.map((user) => [user as string, seedAccount(user)]));

  function accountOf(user: string): Account {
    const account = accounts.get(user);
    if (account === undefined) throw new Error(`The stand-in has no user ${user}`);
    return account;
  }

  function answer(asked: Asked): Answer {
    if (namelessAgent.test(asked.headers['user-agent'] ?? '')) return refusedByEdge;
    const found = findRoute(asked);
    if (found === undefined) return refuse(404, 'No matching routes found.');
    const { route, id } = found;
    const caller = find(asked.headers.authorization);
    if (route.scopes === 'public')
      return handle(route, id, asked, caller ?? { user: users[0], scopes: [], method: 'api-key' });
    if (caller === undefined) return refuse(401, 'Invalid authentication.');
    if (route.scopes !== 'any caller' && !mayDo(caller, route.scopes))
      return refuse(403, refusalWords(route));
    const waitMs = limits.take(caller.user, route.family);
    if (waitMs > 0) {
      const retryAfter = String(Math.ceil(waitMs / 1_000));
      return { ...refuse(429, 'Too many requests.'), headers: { 'retry-after': retryAfter } };
    }
    return handle(route, id, asked, caller);
  }

  function handle(route: Route, id: string, asked: Asked, caller: Caller): Answer {
    if (Buffer.byteLength(asked.body) > maxBodyBytes) return refuse(413, 'Payload too large.');
    if (id !== '' && !idForm.test(id)) return refuse(400, 'Invalid ID format.');
    const query = Object.fromEntries(asked.query);
    if ([...asked.query.keys()].length !== Object.keys(query).length)
      return refuse(400, 'A parameter stands twice.');
    const queryFault = faultOf(query, route.query ?? {});
    if (queryFault !== undefined) return refuse(400, queryFault);
    const body = readBody(asked, route);
    if (typeof body === 'string') return refuse(400, body);
    const bodyFault = faultOf(body, route.body ?? {});
    if (bodyFault !== undefined) return refuse(400, bodyFault);
    const call = { account: accountOf(caller.user), caller, id, query, body, now, options: choices };
    if (!choices.isOdd) return route.handle(call);
    if (route.query?.cursor === undefined) return oddly(route.handle(call));
    if (query.cursor === undefined) return emptyPage;
    const { cursor, ...rest } = query;
    return oddly(route.handle({ ...call, query: cursor === firstCursor ? rest : query }));
  }

  const server = await startFaultServer({ ...options, answer });
  return Object.assign(server, { ...credentials, baseUrl: server.origin, account: accountOf });
}

function findRoute(asked: Asked): { readonly route: Route; readonly id: string } | undefined {
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replace('{id}', '([^/]+)')}$`);
    const match = pattern.exec(asked.path);
    if (match !== null && route.method === asked.method) return { route, id: decode(match[1] ?? '') };
  }
  return undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A broken escape is no id, as it stands.
    return segment;
  }
}

/** Which scope is missing does not stand in it, as far as is known. */
function refusalWords({ method, path }: Route): string {
  const verb = method === 'GET' ? 'read' : 'write';
  return `This API key requires ${verb} permission for ${path.split('/')[2]}.`;
}

/** The body as an object, or what is wrong with it. */
function readBody(asked: Asked, route: Route): Record<string, unknown> | string {
  if (route.body === undefined) return asked.body === '' ? {} : 'A body where none is taken.';
  if (!/^application\/json\b/.test(asked.headers['content-type'] ?? '')) return 'The body must be JSON.';
  try {
    const body: unknown = JSON.parse(asked.body);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
    return 'The body must be an object.';
  } catch {
    // Not JSON at all.
    return 'Invalid JSON.';
  }
}
