// Runs the Dockerfile's steps without Docker, each stage in a clean folder of its own, then its command and its health check, and
// asks the server for its tools: `npm run dockerfile`. What a container adds (another system, another user) is not tried.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'docpin-dockerfile-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** Programs that only a container's user or its superuser can run. */
const stubs = join(work, 'stubs');
mkdirSync(stubs);
writeFileSync(join(stubs, 'chown'), '#!/bin/sh\n', { mode: 0o755 });

const steps = readFileSync(join(root, 'Dockerfile'), 'utf8')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => {
    const [, instruction, rest] = /^(\S+)\s+(.*)$/.exec(line);
    return { instruction, rest };
  });
const absolute = steps
  .filter(({ instruction }) => instruction === 'VOLUME' || instruction === 'WORKDIR')
  .map(({ rest }) => rest);

const stages = new Map();
let stage;
for (const { instruction, rest } of steps) {
  console.log(`${instruction} ${rest.slice(0, 100)}`);
  switch (instruction) {
    case 'FROM': {
      const name = / AS (\S+)$/.exec(rest)?.[1] ?? 'last';
      stage = { root: join(work, name), folder: '/', env: {} };
      mkdirSync(stage.root);
      stages.set(name, stage);
      break;
    }
    case 'WORKDIR':
      stage.folder = rest;
      mkdirSync(inStage(rest), { recursive: true });
      break;
    case 'COPY':
      copy(rest.split(/\s+/));
      break;
    case 'RUN':
      run(rest);
      break;
    case 'ENV':
      for (const [, name, value] of rest.matchAll(/(\w+)=(\S+)/g)) stage.env[name] = mapped(value);
      break;
    case 'HEALTHCHECK':
      stage.health = /CMD (.*)$/.exec(rest)[1];
      break;
    case 'CMD':
      stage.command = JSON.parse(rest);
      break;
    case 'VOLUME':
      mkdirSync(inStage(rest), { recursive: true });
      break;
    case 'USER':
    case 'EXPOSE':
      break;
    default:
      throw new Error(`${instruction} is not known to this script`);
  }
}

const port = await freePort();
const env = {
  PATH: `${stubs}:${process.env.PATH}`,
  ...stage.env,
  HOME: join(work, 'home'),
  PORT: String(port),
  DOCPIN_HOST: '127.0.0.1',
  DOCPIN_ALLOW_UNAUTHENTICATED: 'true',
};
const [command, ...args] = stage.command;
const server = spawn(command, args, {
  cwd: inStage(stage.folder),
  env,
  stdio: ['ignore', 'inherit', 'inherit'],
});
const exited = new Promise((resolve) => server.once('exit', resolve));
try {
  await healthy();
  const tools = await listTools();
  if (!tools.includes('get-docs')) throw new Error(`The server lists ${tools}`);
} finally {
  server.kill('SIGTERM');
}
const code = await exited;
if (code !== 0) throw new Error(`The server ended with ${code}`);
console.log('The steps, the command, the health check and the end are as they should be.');

function inStage(path, of = stage) {
  return join(of.root, path.startsWith('/') ? path : join(of.folder, path));
}

/** A text in which the container's folders are those of this machine. */
function mapped(text) {
  return absolute.reduce(
    (result, path) =>
      result.replaceAll(new RegExp(`(^|[\\s=])${path}(?=$|[\\s/])`, 'g'), `$1${inStage(path)}`),
    text,
  );
}

function copy(words) {
  const from = words[0].startsWith('--from=') ? stages.get(words.shift().slice('--from='.length)) : undefined;
  const to = inStage(words.pop());
  const isFolder = to.endsWith('/') || words.length > 1;
  for (const word of words) {
    const source = from === undefined ? join(root, word) : inStage(word, from);
    if (!existsSync(source)) throw new Error(`${word} is not there`);
    cpSync(source, isFolder ? join(to, basename(source)) : to, { recursive: true });
  }
}

function run(line) {
  const path = `${stubs}:${process.env.PATH}`;
  // A cache of npm of its own: a step empties it.
  const npm = { npm_config_cache: join(work, 'npm-cache'), npm_config_update_notifier: 'false' };
  execFileSync('sh', ['-ec', mapped(line)], {
    cwd: inStage(stage.folder),
    env: { ...process.env, ...stage.env, PATH: path, ...npm },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function healthy() {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      execFileSync('sh', ['-c', stage.health], { env, stdio: 'ignore' });
      return;
    } catch {
      // Not up yet.
      await delay(100);
    }
  }
  throw new Error('The health check never passed');
}

async function listTools() {
  const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  const { result } = JSON.parse(/^data: (.*)$/m.exec(await response.text())[1]);
  return result.tools.map(({ name }) => name);
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
