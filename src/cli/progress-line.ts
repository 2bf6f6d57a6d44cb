import type { Progress } from '../call.ts';
import type { Output } from './output.ts';

export interface ProgressLine {
  show(progress: Progress): void;
  /** Takes the line away. */
  clear(): void;
}

/** One line on stderr that is redrawn while slow work goes on; nothing at all when stderr is no terminal. */
export function createProgressLine(output: Output): ProgressLine {
  let isShown = false;
  return {
    show({ done, total, message }) {
      if (!output.canRedraw) return;
      isShown = true;
      output.stderr(`\r\u001b[K${message}${total === undefined ? '' : ` ${done}/${total}`}`);
    },
    clear() {
      if (isShown) output.stderr('\r\u001b[K');
      isShown = false;
    },
  };
}
