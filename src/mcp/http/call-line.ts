import type { FinishedCall } from '../caller.ts';

/**
 * The line that a call leaves for whoever keeps track of use: who, which tool, how it ended, how long it took, how much was
 * answered. Not what was asked.
 */
export function renderCallLine({ caller, tool, outcome, ms, tokens }: FinishedCall, now: Date): string {
  const line = {
    time: now.toISOString(),
    level: 'info',
    message: 'call',
    caller,
    tool,
    outcome,
    ms: Math.round(ms * 10) / 10,
    tokens,
  };
  return `${JSON.stringify(line)}\n`;
}
