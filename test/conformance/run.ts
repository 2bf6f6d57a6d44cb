import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type Revision, revisions, type ServerName, toBaseline } from './expected-failures.ts';
import { startFixtureServer } from './start-fixture-server.ts';

/**
 * Runs the official conformance suite: `npm run conformance -- --node <binary of Node 22 or newer>`, once for each protocol revision
 * against the built server and against its serving stack with the suite's fixtures. `--verbose` prints all that the suite says.
 */
const { values } = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    verbose: { type: 'boolean', default: false },
  },
});
const root = process.cwd();
const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

interface Started {
  readonly url: string;
  close(): Promise<void> | void;
}

/** In an environment of its own, with a registry that is not there: the suite asks for no library. */
function startDocpin(home: string): Promise<Started> {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/main.js'), 'serve', '--transport', 'http', '--port', '0', '--rate-limit', '0'],
    {
      cwd: home,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        DOCPIN_CACHE_DIR: home,
        DOCPIN_REGISTRY: 'http://127.0.0.1:9/',
      },
      stdio: ['ignore', 'inherit', 'pipe'],
    },
  );
  return new Promise((started, failed) => {
    let stderr = '';
    child.once('exit', () => failed(new Error(`docpin ended: ${stderr}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const url = /http:\/\/[^"\s]+\/mcp/.exec(stderr)?.[0];
      if (url !== undefined) started({ url, close: () => void child.kill('SIGTERM') });
    });
  });
}

async function runSuite(
  server: ServerName,
  revision: Revision,
  url: string,
  folder: string,
): Promise<boolean> {
  const baseline = join(folder, `${server}-${revision}.yaml`);
  writeFileSync(baseline, toBaseline(server, revision));
  const args = [suite, 'server', '--url', url, '--requirements', revision, '--expected-failures', baseline];
  try {
    const { stdout } = await promisify(execFile)(resolve(values.node), args, { maxBuffer: 64e6 });
    print(server, revision, stdout);
    return true;
  } catch (thrown) {
    const { stdout, stderr } = thrown as { stdout?: string; stderr?: string };
    print(server, revision, `${stdout ?? String(thrown)}${stderr ?? ''}`);
    return false;
  }
}

function print(server: ServerName, revision: Revision, text: string): void {
  const summary = text.slice(Math.max(0, text.indexOf('=== SUMMARY ===')));
  process.stdout.write(`\n##### ${server}, ${revision}\n${values.verbose ? text : summary}`);
}

const major = Number(/^v(\d+)/.exec(execFileSync(values.node, ['--version'], { encoding: 'utf8' }))?.[1]);
if (major < 22) {
  process.stderr.write('The suite needs Node 22 or newer: npm run conformance -- --node <its binary>\n');
  process.exit(2);
}
execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });
const folder = mkdtempSync(join(tmpdir(), 'docpin-conformance-'));
const servers: readonly (readonly [ServerName, Started])[] = [
  ['docpin', await startDocpin(folder)],
  ['fixtures', await startFixtureServer()],
];
let isWhole = true;
for (const [name, { url }] of servers)
  for (const revision of revisions) isWhole = (await runSuite(name, revision, url, folder)) && isWhole;
for (const [, server] of servers) await server.close();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(isWhole ? '\nAll as expected.\n' : '\nNot as expected.\n');
process.exit(isWhole ? 0 : 1);
