import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { DocpinError } from '../../../errors.ts';
import { type Environment, toRegistryUrl } from './read-npm-config.ts';

export interface AskNpmOptions {
  readonly env: Environment;
  /** npm is run here, so that it reads no project's .npmrc. */
  readonly homeFolder: string;
  /** 5 s when left out. */
  readonly timeoutMs?: number;
  /** The Node that npm is looked for beside; the running one when left out. */
  readonly nodeFile?: string;
}

const run = promisify(execFile);

/**
 * Creates the last way to a registry: asking npm which one it uses, which takes it about half a second. It is asked once; an
 * asking that failed is tried again by the next call. Rejects with `bad-config`.
 */
export function createAskNpm(options: AskNpmOptions): () => Promise<string> {
  let asked: Promise<string> | undefined;
  return () => {
    asked ??= askNpm(options).catch((cause) => {
      asked = undefined;
      throw noRegistry(cause);
    });
    return asked;
  };
}

async function askNpm(options: AskNpmOptions): Promise<string> {
  const { env, homeFolder, timeoutMs = 5_000, nodeFile = process.execPath } = options;
  const npm = await findNpm(env, dirname(nodeFile));
  if (npm === undefined) throw new Error('npm is not installed');
  const { stdout } = await run(npm.file, [...npm.args, 'config', 'get', 'registry'], {
    cwd: homeFolder,
    env,
    timeout: timeoutMs,
    maxBuffer: 64 * 1024,
    shell: false,
    windowsHide: true,
  });
  const url = toRegistryUrl(stdout.trim());
  if (url === undefined) throw new Error('npm did not answer with the URL of a registry');
  return url;
}

/** The npm beside this Node, else the one on the path. */
async function findNpm(
  env: Environment,
  folder: string,
): Promise<{ file: string; args: readonly string[] } | undefined> {
  for (const above of [folder, join(folder, '../lib')]) {
    const script = join(above, 'node_modules/npm/bin/npm-cli.js');
    if (await isFile(script)) return { file: process.execPath, args: [script] };
  }
  for (const entry of (env.PATH ?? '').split(delimiter)) {
    // `npx` puts the project's node_modules/.bin in front, and nothing of a project is ever run.
    if (!isAbsolute(entry) || entry.split(sep).includes('node_modules')) continue;
    const file = join(entry, 'npm');
    if (await isFile(file)) return { file, args: [] };
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() === true;
}

function noRegistry(cause: unknown): DocpinError {
  return new DocpinError(
    'bad-config',
    {
      what: 'No npm registry is configured, and npm could not be asked which one it uses.',
      next: 'Write `registry=<url>` into the .npmrc of your home folder, or set npm_config_registry.',
    },
    { cause },
  );
}
