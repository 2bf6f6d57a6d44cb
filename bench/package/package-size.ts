import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { type BenchOptions, readBenchOptions } from '../bench-options.ts';
import { createHome } from '../home.ts';
import { openSession } from '../mcp-calls.ts';
import { reportFigures } from '../report.ts';
import { startStdioServer } from '../stdio-server.ts';
import { type Installed, installTarball, packDocpin } from './pack-docpin.ts';

/** What an installation of docpin takes, with its optional packages and without, and that it works either way. */

interface Check {
  readonly check: string;
  readonly isMet: boolean;
  readonly said: string;
}

/** Runs the installed docpin on its own README. */
function run({ node }: BenchOptions, { folder, mainFile }: Installed, args: readonly string[]) {
  const home = createHome();
  const { status, stdout, stderr } = spawnSync(node, [mainFile, ...args], {
    cwd: folder,
    env: home.env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  home.remove();
  return { status, stdout, stderr };
}

function answers(options: BenchOptions, installed: Installed, check: string): Check {
  const { status, stdout, stderr } = run(options, installed, ['docs', 'docpin', 'context7']);
  return {
    check,
    isMet: status === 0 && stdout.startsWith('npm:docpin@'),
    said: stdout.slice(0, 200) || stderr,
  };
}

/** Without an engine: the server is up, and what it cannot do it says, with what would help. */
function saysWhatIsOff(options: BenchOptions, installed: Installed): Check {
  const { status, stdout, stderr } = run(options, installed, ['docs', 'docpin', 'context7']);
  const isSaid = stderr.includes('No usable SQLite engine') && stderr.includes('optional dependencies');
  return {
    check: 'without an engine it says so',
    isMet: status === 1 && stdout === '' && isSaid,
    said: stderr,
  };
}

async function starts(options: BenchOptions, { folder, mainFile }: Installed, check: string): Promise<Check> {
  const home = createHome();
  const server = startStdioServer({ node: options.node, args: [mainFile], cwd: folder, env: home.env });
  try {
    const { listed } = await openSession(server);
    const { tools } = listed as { tools: { name: string }[] };
    const said = tools.map(({ name }) => name).join(' ');
    return { check, isMet: said.includes('get-docs'), said };
  } finally {
    await server.close();
    home.remove();
  }
}

const options = readBenchOptions({ runs: 1 });
const tarball = packDocpin(options.root);
const full = installTarball(tarball);
const lean = installTarball(tarball, ['--omit=optional']);
// The engine that is built into Node is new enough from 24 on.
const hasEngine = options.nodeMajor >= 24;
const checks = [
  answers(options, full, 'with its optional packages it answers'),
  await starts(options, full, 'with its optional packages it starts'),
  await starts(options, lean, 'without its optional packages it starts'),
  hasEngine
    ? answers(options, lean, 'without its optional packages it answers')
    : saysWhatIsOff(options, lean),
];
const failed = checks.filter(({ isMet }) => !isMet);
for (const { check, said } of failed) console.error(`${check}: ${said}`);

reportFigures(
  options.root,
  {
    name: `package-size-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    figures: [
      { figure: 'tarball', got: statSync(tarball).size / 1e6, unit: 'MB' },
      { figure: 'installed, with optional packages', got: full.bytes / 1e6, unit: 'MB', atMost: 40 },
      { figure: 'packages, with optional ones', got: full.packages.length, unit: 'count', atMost: 10 },
      { figure: 'installed, --omit=optional', got: lean.bytes / 1e6, unit: 'MB', atMost: 12 },
      { figure: 'packages, --omit=optional', got: lean.packages.length, unit: 'count' },
      { figure: 'failed checks of the installed ones', got: failed.length, unit: 'count', atMost: 0 },
    ],
    samples: {
      full: full.packages.map((path) => path.slice(full.folder.length + 1)),
      lean: lean.packages.map((path) => path.slice(lean.folder.length + 1)),
      checks,
    },
  },
  options.write,
);
