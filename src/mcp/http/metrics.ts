import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FinishedCall } from '../caller.ts';

export interface Metrics {
  readonly contentType: string;
  countCall(call: FinishedCall): void;
  /** `aborted`: the client went away before it was answered. */
  countRequest(route: string, status: number | 'aborted'): void;
  /** All of it in Prometheus's text format. */
  render(): Promise<string>;
}

export interface MetricsOptions {
  readonly version: string;
  readonly countConnections: () => number;
  readonly countInFlight: () => number;
}

/** From an answer out of memory to the longest wait for an index. */
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Creates the metrics of the server. Labels take values of docpin's own only, so no caller can make them grow. */
export function createMetrics({ version, countConnections, countInFlight }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: 'docpin_calls_total',
    help: 'Calls by tool and outcome: ok, or the code of the error.',
    labelNames: ['tool', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'docpin_call_duration_seconds',
    help: 'Time that calls took.',
    labelNames: ['tool'],
    buckets: secondsBuckets,
    registers,
  });
  const tokens = new Counter({
    name: 'docpin_answer_tokens_total',
    help: 'Estimated tokens of the answers.',
    labelNames: ['tool'],
    registers,
  });
  const requests = new Counter({
    name: 'docpin_http_requests_total',
    help: 'HTTP requests by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });
  new Gauge({
    name: 'docpin_http_connections',
    help: 'Open connections.',
    registers,
    collect(this: Gauge) {
      this.set(countConnections());
    },
  });
  new Gauge({
    name: 'docpin_calls_in_flight',
    help: 'Calls that are not answered yet.',
    registers,
    collect(this: Gauge) {
      this.set(countInFlight());
    },
  });
  const about = new Gauge({ name: 'docpin_info', help: 'The version.', labelNames: ['version'], registers });
  about.set({ version }, 1);

  return {
    contentType: registry.contentType,
    countCall({ tool, outcome, ms, tokens: answered }) {
      calls.inc({ tool, outcome });
      seconds.observe({ tool }, ms / 1_000);
      if (answered !== undefined) tokens.inc({ tool }, answered);
    },
    countRequest: (route, status) => requests.inc({ route, status: String(status) }),
    render: () => registry.metrics(),
  };
}
