import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { DocpinError } from '../src/errors.ts';
import { withTimeLimit } from '../src/time-limit.ts';

const error = () => new DocpinError('timed-out', { what: 'Too slow.', next: 'Wait.' });
const noCaller = new AbortController().signal;

/** Work that ends with its signal alone, which it holds as deep as a request through all layers does. */
function hang(signal: AbortSignal): Promise<never> {
  const inner = AbortSignal.any([signal, new AbortController().signal]);
  return new Promise((_, reject) =>
    inner.addEventListener('abort', () => reject(inner.reason), { once: true }),
  );
}

describe('a time limit', () => {
  it('ends work with its own error, which is the reason of the signal too', async () => {
    let reason: unknown;
    const work = (signal: AbortSignal) => hang(signal).finally(() => (reason = signal.reason));
    await expect(withTimeLimit(noCaller, { limitMs: 5, error }, work)).rejects.toMatchObject({
      code: 'timed-out',
    });
    expect(reason).toMatchObject({ code: 'timed-out' });
  });

  it('is not lost with a garbage collection', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const limited = Array.from({ length: 20 }, () => withTimeLimit(noCaller, { limitMs: 300, error }, hang));
    const ended = Promise.allSettled(limited);
    for (const _ of [1, 2, 3]) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      collect();
    }
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'never'));
    expect(await Promise.race([ended, late])).toHaveLength(20);
  });

  it("leaves the caller's own reason as it is", async () => {
    const caller = new AbortController();
    const limited = withTimeLimit(caller.signal, { limitMs: 10_000, error }, hang);
    caller.abort(new Error('the caller left'));
    await expect(limited).rejects.toThrow('the caller left');
  });

  it('stops its timer when the work is done, and passes on what it gave or threw', async () => {
    let stopped = 0;
    const startTimer = () => () => {
      stopped += 1;
    };
    const limit = { limitMs: 1, error, startTimer };
    expect(await withTimeLimit(noCaller, limit, async () => 'done')).toBe('done');
    await expect(withTimeLimit(noCaller, limit, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(stopped).toBe(2);
  });
});
