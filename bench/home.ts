import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A user who has nothing: no keys, no configuration, an empty cache. */
export interface Home {
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

const homes = new Set<string>();
process.on('exit', () => {
  for (const folder of homes) remove(folder);
});

/** Makes an empty home folder, and the environment of a process that lives in it. It is removed at the latest when the bench ends. */
export function createHome(more: Readonly<Record<string, string>> = {}): Home {
  const folder = mkdtempSync(join(tmpdir(), 'docpin-bench-'));
  homes.add(folder);
  return {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      ...more,
    },
    remove: () => remove(folder),
  };
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  homes.delete(folder);
}
