import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pack, type StoredVersion } from '../../test/stand-ins/registry/packages.ts';
import { startRegistryStandIn } from '../../test/stand-ins/registry/registry-stand-in.ts';
import { packageTarball } from '../../test/stand-ins/registry/tar-entries.ts';
import { type BenchOptions, readBenchOptions } from '../bench-options.ts';
import { createHome } from '../home.ts';
import { openSession } from '../mcp-calls.ts';
import { reportFigures } from '../report.ts';
import { median, summarize } from '../samples.ts';
import { startStdioServer } from '../stdio-server.ts';
import { installTarball, packDocpin } from './pack-docpin.ts';

/** From `npx -y docpin` to its tools: with an empty npm cache and a registry on this machine, and again with no network at all. */

interface Sample {
  readonly firstMs: number;
  /** Undefined where this machine gives no process a network of its own. */
  readonly offlineMs: number | undefined;
}

const canUnshare = spawnSync('unshare', ['-rn', 'true']).status === 0;

/** Milliseconds from the start of a command until `tools/list` was answered. */
async function timeToTools(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const [program = '', ...args] = command;
  const server = startStdioServer({ node: program, args, cwd: env.HOME ?? '/', env });
  try {
    return (await openSession(server)).listMs;
  } finally {
    await server.close();
  }
}

async function measure({ node }: BenchOptions, tarball: string, registry: string): Promise<Sample> {
  const home = createHome({
    npm_config_registry: registry,
    npm_config_update_notifier: 'false',
    // The Node that npx, and docpin below it, run on.
    PATH: [dirname(node), process.env.PATH ?? ''].join(delimiter),
  });
  const env = { ...home.env, npm_config_cache: join(home.env.HOME ?? '', 'npm-cache') };
  const npx = ['npx', '-y', '--prefer-offline', `--package=${tarball}`, 'docpin'];
  try {
    const firstMs = await timeToTools(npx, env);
    const offline = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh', ...npx];
    return { firstMs, offlineMs: canUnshare ? await timeToTools(offline, env) : undefined };
  } finally {
    home.remove();
  }
}

/** Optional packages that npm looks at and leaves where they are: builds for other machines. */
function forOtherMachines(stored: readonly StoredVersion[]): readonly StoredVersion[] {
  const here = new Set(stored.map(({ manifest }) => manifest.name));
  const wanted = stored.flatMap(({ manifest }) => Object.entries(manifest.optionalDependencies ?? {}));
  return wanted
    .filter(([name]) => !here.has(name))
    .map(([name, version]) => ({
      manifest: { name, version: String(version), os: ['none'], cpu: ['none'] },
      tarball: packageTarball(name, String(version), []),
    }));
}

const options = readBenchOptions({ runs: 5 });
const tarball = packDocpin(options.root);
// What npm takes along with docpin comes from the registry that npm is set up for, once; after that nothing leaves this machine.
const { packages } = installTarball(tarball);
const others = packages.filter((path) => !path.endsWith('node_modules/docpin'));
const stored = pack(others);
const registry = await startRegistryStandIn({ packages: [...stored, ...forOtherMachines(stored)] });
const samples: Sample[] = [];
for (let run = 0; run < options.runs; run += 1) samples.push(await measure(options, tarball, registry.url));
await registry.close();
if (!canUnshare)
  console.error('unshare -rn is not allowed on this machine: nothing was started without the network.');

const first = samples.map(({ firstMs }) => firstMs);
const offline = samples.flatMap(({ offlineMs }) => offlineMs ?? []);
const names = others.map((path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).name);
reportFigures(
  options.root,
  {
    name: `npx-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    about: { loadBefore: options.loadBefore, served: names, summary: summarize(first) },
    figures: [
      { figure: 'first npx, empty npm cache, to tools/list: median', got: median(first), unit: 'ms' },
      ...(offline.length === 0
        ? []
        : [
            {
              figure: 'next npx, no network, to tools/list: median',
              got: median(offline),
              unit: 'ms' as const,
            },
          ]),
    ],
    samples,
  },
  options.write,
);
