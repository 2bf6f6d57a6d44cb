import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { damageFiles } from '../test/cache/faults/damage-files.ts';
import { killWriters } from '../test/cache/faults/kill-writers.ts';
import { readAsTenants } from '../test/cache/faults/read-as-tenants.ts';
import { readBenchOptions } from './bench-options.ts';
import { reportFigures } from './report.ts';

/** What the cache gives when its writers are killed, when its file is damaged, and when many tenants ask for the same. */
const options = readBenchOptions({ runs: 1 });
const folder = mkdtempSync(join(tmpdir(), 'docpin-bench-'));
const work = (name: string) => mkdtempSync(join(folder, `${name}-`));
const seed = 20_261_122;

const kills = await killWriters({ file: join(work('kills'), 'cache.db'), kills: 300, writers: 4, seed });
const damage = await damageFiles({ folder: work('damage'), files: 200, seed });
const tenants = await readAsTenants({
  file: join(work('tenants'), 'cache.db'),
  tenants: 50,
  answers: 200,
  reads: 100_000,
  seed,
});
rmSync(folder, { recursive: true });

const none = { unit: 'times', atMost: 0 } as const;
reportFigures(
  options.root,
  {
    name: 'cache-faults',
    versions: { docpin: options.docpin },
    about: { seed },
    figures: [
      { figure: `${kills.kills} writers killed: wrong answers`, got: kills.wrong, ...none },
      { figure: `${kills.kills} writers killed: files to be set aside`, got: kills.setAside, ...none },
      { figure: `${damage.files} damaged files: wrong answers`, got: damage.wrong, ...none },
      { figure: `${damage.files} damaged files: calls that threw`, got: damage.thrown, ...none },
      { figure: `${damage.files} damaged files: not in use again`, got: damage.unhealed, ...none },
      { figure: `${damage.files} damaged files: answers still right`, got: damage.right, unit: 'times' },
      { figure: `${tenants.reads} reads of 50 tenants: answers of others`, got: tenants.foreign, ...none },
    ],
    samples: { kills, damage, tenants },
  },
  options.write,
);
