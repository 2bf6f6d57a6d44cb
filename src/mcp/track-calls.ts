import { toDocpinError } from '../errors.ts';
import type { FinishedCall } from './caller.ts';

/** Runs a call; `tokensOf` finds the answer's tokens in its result. */
export type TrackCall = <T>(
  tool: string,
  work: () => Promise<T>,
  tokensOf?: (result: T) => unknown,
) => Promise<T>;

/** Creates the runner of one caller's calls that tells `onCall` how each ended. What a call throws goes on as it is. */
export function createTrackCall(
  onCall: ((call: FinishedCall) => void) | undefined,
  caller: string | undefined,
): TrackCall {
  return async (tool, work, tokensOf) => {
    if (onCall === undefined) return work();
    const startedAtMs = performance.now();
    const tell = (outcome: string, tokens?: unknown) =>
      onCall({
        caller,
        tool,
        outcome,
        ms: performance.now() - startedAtMs,
        tokens: typeof tokens === 'number' ? tokens : undefined,
      });
    try {
      const result = await work();
      tell('ok', tokensOf?.(result));
      return result;
    } catch (thrown) {
      tell(toDocpinError(thrown).code);
      throw thrown;
    }
  };
}
