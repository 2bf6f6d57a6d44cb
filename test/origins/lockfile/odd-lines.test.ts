import { describe, expect, it } from 'vitest';
import { openLockfiles, projectOf } from './open-lockfiles.ts';

const pnpm = (lines: string, packages = '') => `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
${lines}
packages:

${packages}`;
const npm = (dependencies: object, packages: object) => ({
  lockfileVersion: 3,
  packages: { '': { dependencies }, ...packages },
});
const manifest = (dependencies: object) => ({ dependencies });

/** What the tools write for dependencies that no registry serves, taken from their documentation and from real projects. */
const rows: [string, Record<string, string | object>, string[]][] = [
  [
    'npm: a git repository',
    {
      'package-lock.json': npm(
        { wave: 'github:tide/wave' },
        {
          'node_modules/wave': { version: '1.2.0', resolved: 'git+ssh://git@host.invalid/tide/wave.git#abc' },
        },
      ),
    },
    ['wave@1.2.0 for . (git)'],
  ],
  [
    'npm: an address, and the same address asked for by a dependency',
    {
      'package-lock.json': npm(
        { reef: '^1.0.0' },
        {
          'node_modules/reef': { version: '1.0.0', dependencies: { wave: 'https://host.invalid/wave.tgz' } },
          'node_modules/wave': { version: '1.2.0', resolved: 'https://host.invalid/wave.tgz' },
        },
      ),
    },
    ['wave@1.2.0 below . (tarball)'],
  ],
  [
    'npm: a registry whose tarballs have addresses of their own',
    {
      'package-lock.json': npm(
        { wave: '^1.0.0' },
        {
          'node_modules/wave': { version: '1.2.0', resolved: 'https://host.invalid/download/wave/1.2.0/abc' },
        },
      ),
    },
    ['wave@1.2.0 for .'],
  ],
  [
    'npm 1: a git repository, a file and what lies deeper',
    {
      'package.json': manifest({ wave: 'tide/wave' }),
      'package-lock.json': {
        lockfileVersion: 1,
        dependencies: {
          wave: { version: 'git+ssh://git@host.invalid/tide/wave.git#abc' },
          reef: { version: '1.0.0', dependencies: { wave: { version: '0.9.0' } } },
        },
      },
    },
    ['wave@0.0.0 for . (git)', 'wave@0.9.0 below .'],
  ],
  [
    'pnpm: a git repository that is fetched as a tarball',
    {
      'pnpm-lock.yaml': pnpm(
        `      wave:
        specifier: github:tide/wave
        version: https://host.invalid/tide/wave/tar.gz/abc
`,
        `  wave@https://host.invalid/tide/wave/tar.gz/abc:
    resolution: {tarball: https://host.invalid/tide/wave/tar.gz/abc}
    version: 1.2.0
`,
      ),
    },
    ['wave@1.2.0 for . (git)'],
  ],
  [
    'pnpm: peers behind the version, a catalog, a deprecation text that looks like keys',
    {
      'pnpm-lock.yaml': pnpm(
        `      wave:
        specifier: 'catalog:'
        version: 1.2.0(react@18.0.0(scheduler@1.0.0))
`,
        `  reef@1.0.0:
    deprecated: |-
      wave: is better
      version: 9.9.9
  wave@1.2.0:
    resolution: {integrity: sha512-abc}
`,
      ),
    },
    ['wave@1.2.0 for .'],
  ],
  [
    'pnpm: a linked range, and Windows line ends',
    {
      'pnpm-lock.yaml': pnpm(`      wave:
        specifier: ^1.0.0
        version: link:packages/wave
`).replaceAll('\n', '\r\n'),
      'packages/wave/package.json': { name: 'wave', version: '1.4.0' },
    },
    ['wave@1.4.0 for . (workspace)'],
  ],
  [
    'yarn 1: an override in place of the range',
    {
      'package.json': manifest({ wave: '^1.0.0' }),
      'yarn.lock': '# yarn lockfile v1\n\n\nwave@2.0.0:\n  version "2.0.0"\n',
    },
    ['wave@2.0.0 for .'],
  ],
  [
    'yarn 1: several ranges of one block, and another block that the range would allow as well',
    {
      'package.json': manifest({ wave: '>=1.0.0 <3' }),
      'yarn.lock':
        '# yarn lockfile v1\n\n\nwave@^1.0.0:\n  version "1.9.0"\n\n"wave@>=1.0.0 <3", wave@^2.0.0:\n  version "2.0.0"\n',
    },
    ['wave@2.0.0 for .', 'wave@1.9.0 below .'],
  ],
  [
    'yarn 1: a git repository',
    {
      'package.json': manifest({ wave: 'tide/wave' }),
      'yarn.lock':
        '# yarn lockfile v1\n\n\nwave@tide/wave:\n  version "1.2.0"\n  resolved "https://host.invalid/tide/wave/tar.gz/abc"\n',
    },
    ['wave@1.2.0 for . (git)'],
  ],
  [
    'yarn 2: a patch, a range without protocol, and a key too long for one line',
    {
      'yarn.lock': `__metadata:
  version: 6

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
  dependencies:
    wave: ^1.0.0

? "wave@^0.1.0, wave@npm:^1.0.0, wave@npm:^1.1.0"
:
  version: 1.2.0
  resolution: "wave@npm:1.2.0"

"wave@patch:wave@npm%3A^1.0.0#./wave.patch":
  version: 1.2.0
  resolution: "wave@patch:wave@npm%3A1.2.0#./wave.patch::version=1.2.0"
`,
    },
    ['wave@1.2.0 for .'],
  ],
  [
    'yarn 4: a git repository and a catalog',
    {
      'yarn.lock': `__metadata:
  version: 8

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
  dependencies:
    reef: "catalog:"
    wave: "tide/wave"

"reef@npm:^1.0.0":
  version: 1.0.0
  resolution: "reef@npm:1.0.0"

"wave@tide/wave":
  version: 1.2.0
  resolution: "wave@https://host.invalid/tide/wave.git#commit=abc"
`,
    },
    ['wave@1.2.0 for . (git)'],
  ],
  [
    'bun: commas before brackets, and in texts',
    {
      'bun.lock': `{
  "lockfileVersion": 1,
  "workspaces": { "": { "name": "a,] \\" b,}", "dependencies": { "wave": "^1.0.0", }, }, },
  "packages": { "wave": ["wave@1.2.0", "", {}, "sha512-a,]",], },
}`,
    },
    ['wave@1.2.0 for .'],
  ],
  [
    'bun: a git repository',
    {
      'bun.lock': `{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"wave": "tide/wave"}}}, "packages": {"wave": ["wave@github:tide/wave#abc", {}]}}`,
    },
    ['wave@0.0.0 for . (git)'],
  ],
];

describe('lines of lockfiles that are not plain', () => {
  it.each(rows)('%s', async (_title, files, expected) => {
    const { lines, about } = await openLockfiles(projectOf(files));
    expect(await lines('wave')).toEqual(expected);
    expect((await about()).notes).toEqual([]);
  });
});
