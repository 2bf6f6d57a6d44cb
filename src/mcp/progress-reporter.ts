import type { ProgressToken, ServerContext } from '@modelcontextprotocol/server';
import type { Progress } from '../tools/tool.ts';

/** Clients redraw for every notification; ten a second are plenty. */
const minimumGapMs = 100;

/** Sends progress to the client that asked for it: growing values only, at most ten a second. */
export function createProgressReporter(
  notify: ServerContext['mcpReq']['notify'],
  progressToken: ProgressToken,
): (progress: Progress) => void {
  let lastDone = -1;
  let lastSentMs = 0;
  return ({ done, total, message }) => {
    const nowMs = performance.now();
    if (done <= lastDone || nowMs - lastSentMs < minimumGapMs) return;
    lastDone = done;
    lastSentMs = nowMs;
    // A client that went away in between is no fault of the call that still runs.
    notify({
      method: 'notifications/progress',
      params: { progressToken, progress: done, ...(total === undefined ? {} : { total }), message },
    }).catch(() => undefined);
  };
}
