import {
  type FaultServer,
  type FaultServerOptions,
  startFaultServer,
} from '../fault-engine/start-fault-server.ts';
import { answerContract, type Generation } from './contract.ts';

export interface Context7StandIn extends FaultServer {
  /** With `/api`, as CONTEXT7_API_URL wants it. */
  readonly baseUrl: string;
  /** Changes which generations exist. */
  setGenerations(generations: readonly Generation[]): void;
}

export interface Context7StandInOptions extends Pick<FaultServerOptions, 'port' | 'onAsked'> {
  readonly generations?: readonly Generation[];
  /** Requests that the quota has left of its thousand, as the headers of an answer say; 812 when left out. */
  readonly remaining?: () => number;
  /** The clock that its month goes by; the machine's when left out. */
  readonly now?: () => number;
}

/** A server that follows the documented Context7 API, and breaks it in every documented way when told to. */
export async function startContext7StandIn({
  generations: atFirst = ['docs', 'context'],
  remaining = () => 812,
  now = Date.now,
  ...options
}: Context7StandInOptions = {}): Promise<Context7StandIn> {
  let generations = atFirst;
  const basePath = '/api';
  const server = await startFaultServer({
    ...options,
    basePath,
    answer: (asked) => answerContract(asked, generations),
    headers: () => quotaHeaders(remaining(), now()),
  });
  return Object.assign(server, {
    baseUrl: `${server.origin}${basePath}`,
    setGenerations(value: readonly Generation[]) {
      generations = [...value];
    },
  });
}

/** Seen on every answer of the live service, not only on 429. The quota is a month's, which ends with the month in UTC. */
function quotaHeaders(remaining: number, nowMs: number): Record<string, string> {
  const today = new Date(nowMs);
  const nextMonthMs = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1);
  return {
    'ratelimit-limit': '1000',
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(nextMonthMs / 1000),
    'context7-quota-tier': 'free',
  };
}
