import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pack } from '../../test/stand-ins/registry/packages.ts';
import { startRegistryStandIn } from '../../test/stand-ins/registry/registry-stand-in.ts';
import { readBenchOptions } from '../bench-options.ts';
import { createHome } from '../home.ts';
import { reportFigures } from '../report.ts';
import { type HostileFile, hostileFiles, type Places } from './hostile-npmrc.ts';
import { temporaryFolder } from './pack-docpin.ts';

/** What an .npmrc that came with a clone gets of the secrets of its user: nothing may reach the server that it names. */

const secrets = { environment: 'canary-of-the-environment-7f3a', user: 'canary-of-the-user-91cd' };

/** A server that keeps every byte that comes in and answers each request with 404. */
async function startEvilServer() {
  let received: Buffer[] = [];
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('data', (bytes) => {
      received.push(bytes);
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    host: `127.0.0.1:${port}`,
    /** What came in since it was last asked. */
    take() {
      const taken = { bytes: Buffer.concat(received), connections };
      received = [];
      connections = 0;
      return taken;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Bytes of the secrets among what was received: plain, in base64, or percent-encoded. */
function canaryBytes(received: Buffer): number {
  const text = received.toString('latin1');
  // What a header or a path holds may be one of them whole, encoded together with what stands around it.
  const decoded = [...text.matchAll(/[A-Za-z0-9+/=_-]{16,}/g)].map(([run]) =>
    Buffer.from(run, 'base64').toString('latin1'),
  );
  const all = [text, withoutPercents(text), ...decoded].join('\n');
  return Object.values(secrets)
    .map((secret) => (all.split(secret).length - 1) * secret.length)
    .reduce((sum, bytes) => sum + bytes, 0);
}

function withoutPercents(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: 'ignore', timeout: 60_000 });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

interface Sample {
  readonly trick: string;
  readonly docpin: { readonly connections: number; readonly canaryBytes: number };
  /** The same file under the real npm: what it is that docpin does not do. */
  readonly npm: { readonly connections: number; readonly canaryBytes: number };
}

const options = readBenchOptions({ runs: 1 });
const registry = await startRegistryStandIn({
  packages: pack([join(options.root, 'test/fixtures/packages/pebble')]),
});
registry.requireAuthorization(`Bearer ${secrets.user}`);
const evil = await startEvilServer();
const places: Places = { users: new URL(registry.url).host, evil: evil.host };

async function measure({ trick, npmrc }: HostileFile): Promise<Sample> {
  const project = temporaryFolder();
  const home = createHome({ NPM_TOKEN: secrets.environment, npm_config_fetch_retries: '0' });
  const userFile = `registry=${registry.url}\n//${places.users}/:_authToken=${secrets.user}\n`;
  writeFileSync(join(home.env.HOME ?? '', '.npmrc'), userFile);
  const dependencies = { pebble: '*', '@acme/tool': '1.0.0' };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies }));
  writeFileSync(join(project, '.npmrc'), npmrc(places));
  writeFileSync(join(project, 'evil-npmrc'), npmrc(places));
  evil.take();
  for (const args of [['docs', 'pebble'], ['docs', '@acme/tool'], ['resolve', 'pebble'], ['list'], ['index']])
    await run(options.node, [options.mainFile, ...args, '--upstream-attempts', '1'], project, home.env);
  const ofDocpin = evil.take();
  for (const name of ['pebble', '@acme/tool']) await run('npm', ['view', name], project, home.env);
  const ofNpm = evil.take();
  home.remove();
  const judged = ({ bytes, connections }: typeof ofNpm) => ({ connections, canaryBytes: canaryBytes(bytes) });
  return { trick, docpin: judged(ofDocpin), npm: judged(ofNpm) };
}

const samples: Sample[] = [];
for (const file of hostileFiles) samples.push(await measure(file));
const reached = registry.requests.filter(({ headers }) => headers.authorization !== undefined).length;
await registry.close();
evil.close();

const count = (is: (sample: Sample) => boolean) => samples.filter(is).length;
const sum = (of: (sample: Sample) => number) => samples.reduce((total, sample) => total + of(sample), 0);
reportFigures(
  options.root,
  {
    name: `npmrc-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    about: { requestsToTheUsersRegistry: reached },
    figures: [
      { figure: 'hostile .npmrc files of a project', got: samples.length, unit: 'count' },
      {
        figure: 'files that bring docpin to the second server',
        got: count(({ docpin }) => docpin.connections > 0),
        unit: 'count',
      },
      {
        figure: 'bytes of secrets that docpin brought there',
        got: sum(({ docpin }) => docpin.canaryBytes),
        unit: 'count',
        atMost: 0,
      },
      {
        figure: 'files that make npm itself bring a secret there',
        got: count(({ npm }) => npm.canaryBytes > 0),
        unit: 'count',
      },
    ],
    samples,
  },
  options.write,
);
