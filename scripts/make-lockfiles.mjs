// Makes the lockfiles under test/fixtures/lockfiles with the real package managers, in a temporary folder; needs the network.
// Run it by hand: `node scripts/make-lockfiles.mjs [tool...]`. The committed copies differ from what the tools wrote in one
// thing: every host is replaced by registry.invalid, because files of this repository name no registry.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'test/fixtures/lockfiles');
const work = mkdtempSync(join(realpathSync(tmpdir()), 'docpin-lockfiles-'));
const toolsFolder = join(work, 'tools');
const tools = {
  'yarn@1.22.22': 'yarn/bin/yarn.js',
  'berry@npm:@yarnpkg/cli-dist@4.18.1': 'berry/bin/yarn.js',
  'pnpm@10.34.8': 'pnpm/bin/pnpm.cjs',
  'pnpm8@npm:pnpm@8.15.9': 'pnpm8/bin/pnpm.cjs',
  'bun@npm:@oven/bun-linux-x64@1.4.5': 'bun/bin/bun',
};

/**
 * One workspace for all tools: one library in two versions, an alias, an alias deeper down (@isaacs/cliui), a package of the
 * workspace, a tarball file and a linked folder.
 */
function writeWorkspace(folder, { workspaceRange, link }) {
  const files = {
    'package.json': {
      name: 'reef',
      private: true,
      workspaces: ['packages/*'],
      devDependencies: { semver: '^7.6.0' },
    },
    'packages/app/package.json': {
      name: '@reef/app',
      version: '1.0.0',
      dependencies: {
        '@reef/ui': workspaceRange,
        pebble: 'file:../../vendor/pebble.tgz',
        shore: link,
        zod: '^4.1.0',
        zod3: 'npm:zod@^3.25.0',
      },
    },
    'packages/legacy/package.json': {
      name: '@reef/legacy',
      version: '1.0.0',
      dependencies: { '@isaacs/cliui': '8.0.2', zod: '^3.25.0' },
    },
    'packages/ui/package.json': { name: '@reef/ui', version: '0.3.0', private: true },
    'shore/package.json': { name: 'shore', version: '2.1.0' },
  };
  for (const [path, content] of Object.entries(files)) writeJson(join(folder, path), content);
  mkdirSync(join(folder, 'vendor'), { recursive: true });
  run(
    'npm',
    [
      'pack',
      '--silent',
      '--pack-destination',
      join(folder, 'vendor'),
      join(root, 'test/fixtures/packages/pebble'),
    ],
    work,
  );
  const { version } = JSON.parse(
    readFileSync(join(root, 'test/fixtures/packages/pebble/package.json'), 'utf8'),
  );
  cpSync(join(folder, `vendor/pebble-${version}.tgz`), join(folder, 'vendor/pebble.tgz'));
  rmSync(join(folder, `vendor/pebble-${version}.tgz`));
}

function writeSingle(folder) {
  writeJson(join(folder, 'package.json'), {
    name: 'cove',
    version: '1.0.0',
    dependencies: { '@isaacs/cliui': '8.0.2', zod: '^4.1.0', zod3: 'npm:zod@^3.25.0' },
  });
}

const makers = {
  npm: [
    ['npm-1', 'package-lock.json', writeSingle, (folder) => npmInstall(folder, 1)],
    ['npm-2', 'package-lock.json', npmWorkspace, (folder) => npmInstall(folder, 2)],
    ['npm-3', 'package-lock.json', npmWorkspace, (folder) => npmInstall(folder, 3)],
  ],
  pnpm: [
    ['pnpm-6', 'pnpm-lock.yaml', pnpmWorkspace, (folder) => pnpmInstall(folder, 'pnpm8@npm:pnpm@8.15.9')],
    [
      'pnpm-6-single',
      'pnpm-lock.yaml',
      writeSingle,
      (folder) => pnpmInstall(folder, 'pnpm8@npm:pnpm@8.15.9'),
    ],
    ['pnpm-9', 'pnpm-lock.yaml', pnpmWorkspace, (folder) => pnpmInstall(folder, 'pnpm@10.34.8')],
  ],
  yarn: [
    [
      'yarn-1',
      'yarn.lock',
      (folder) => writeWorkspace(folder, { workspaceRange: '0.3.0', link: 'link:../../shore' }),
      yarnInstall,
    ],
  ],
  berry: [
    [
      'yarn-berry',
      'yarn.lock',
      (folder) => writeWorkspace(folder, { workspaceRange: 'workspace:*', link: 'link:../../shore' }),
      berryInstall,
    ],
  ],
  bun: [
    [
      'bun',
      'bun.lock',
      (folder) => writeWorkspace(folder, { workspaceRange: 'workspace:*', link: 'file:../../shore' }),
      bunInstall,
    ],
  ],
};

function npmWorkspace(folder) {
  // npm reads neither `workspace:` nor `link:`.
  writeWorkspace(folder, { workspaceRange: '0.3.0', link: 'file:../../shore' });
}

function pnpmWorkspace(folder) {
  writeWorkspace(folder, { workspaceRange: 'workspace:*', link: 'link:../../shore' });
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages:\n  - "packages/*"\n');
}

function npmInstall(folder, version) {
  const flags = ['--package-lock-only', '--ignore-scripts', `--lockfile-version=${version}`];
  run('npm', ['install', ...flags, '--no-omit-lockfile-registry-resolved'], folder);
}

function pnpmInstall(folder, tool) {
  runTool(
    tool,
    ['install', '--lockfile-only', '--ignore-scripts', '--config.manage-package-manager-versions=false'],
    folder,
  );
}

function yarnInstall(folder) {
  runTool(
    'yarn@1.22.22',
    ['install', '--ignore-scripts', '--ignore-engines', '--non-interactive', '--registry', registry],
    folder,
  );
}

function berryInstall(folder) {
  // Without a lockfile of its own, yarn would take the nearest one above for its project.
  writeFileSync(join(folder, 'yarn.lock'), '');
  runTool('berry@npm:@yarnpkg/cli-dist@4.18.1', ['install', '--mode=update-lockfile'], folder, {
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
    YARN_ENABLE_GLOBAL_CACHE: '0',
  });
}

function bunInstall(folder) {
  const bun = join(toolsFolder, 'node_modules', tools['bun@npm:@oven/bun-linux-x64@1.4.5']);
  run(bun, ['install', '--lockfile-only', '--ignore-scripts', '--registry', registry], folder);
}

function runTool(tool, args, folder, environment = {}) {
  run(process.execPath, [join(toolsFolder, 'node_modules', tools[tool]), ...args], folder, environment);
}

function run(command, args, folder, environment = {}) {
  const env = { ...process.env, ...environment, CI: '' };
  return execFileSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 120_000,
  });
}

function writeJson(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

const registry = run('npm', ['config', 'get', 'registry'], work).trim();
const wanted = process.argv.slice(2);
try {
  writeJson(join(toolsFolder, 'package.json'), { private: true });
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...Object.keys(tools)], toolsFolder);
  for (const [tool, all] of Object.entries(makers)) {
    if (wanted.length > 0 && !wanted.includes(tool)) continue;
    for (const [name, file, write, install] of all) {
      const folder = join(work, name);
      mkdirSync(folder, { recursive: true });
      write(folder);
      install(folder);
      const text = readFileSync(join(folder, file), 'utf8');
      if (text.includes(work)) throw new Error(`${name}/${file} holds a path of this machine`);
      rmSync(join(target, name), { recursive: true, force: true });
      // node_modules and the cache stay behind; a package.json is what a reader of a lockfile needs beside it.
      const kept = [
        'package.json',
        'pnpm-workspace.yaml',
        'packages/app/package.json',
        'packages/legacy/package.json',
        'packages/ui/package.json',
        'shore/package.json',
      ];
      for (const path of kept) cpSyncIfThere(join(folder, path), join(target, name, path));
      writeFileSync(join(target, name, file), text.replace(/(https?:\/\/)[^/\s"']+/g, '$1registry.invalid'));
      console.log(`${name}/${file}: ${text.length} bytes`);
    }
  }
  run('npx', ['biome', 'format', '--write', target], root);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function cpSyncIfThere(from, to) {
  try {
    cpSync(from, to);
  } catch (thrown) {
    if (thrown.code !== 'ENOENT') throw thrown;
  }
}
