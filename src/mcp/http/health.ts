/** Whether the server can do its work, for whoever sends it requests. */
export interface Readiness {
  /** `degraded`: it answers, but something that it asks is down. `failed`: it should get no requests. */
  readonly state: 'ready' | 'degraded' | 'failed';
  /** What is not as it should be, by name. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Puts several into one: the worst state, all parts. */
export function combineReadiness(all: readonly Readiness[]): Readiness {
  const order = ['ready', 'degraded', 'failed'] as const;
  const worst = Math.max(0, ...all.map(({ state }) => order.indexOf(state)));
  return { state: order[worst] ?? 'ready', parts: Object.assign({}, ...all.map(({ parts }) => parts)) };
}
