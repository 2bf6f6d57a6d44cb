import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Project } from '../../origin.ts';
import { readRegularFile } from '../../read-regular-file.ts';
import type { NpmConfig } from './npm-config.ts';
import { type Environment, readNpmConfig } from './read-npm-config.ts';

export interface LoadNpmConfigOptions {
  readonly env: Environment;
  readonly homeFolder: string;
  /** Text of a file, or undefined where there is none that can be read; the real file system when left out. */
  readonly readFile?: (path: string) => Promise<string | undefined>;
}

export type LoadNpmConfig = (project: Project | undefined) => Promise<NpmConfig>;

const maxNpmrcBytes = 1_000_000;

/** Creates the reader of npm's configuration for a project, or for no project. Files are read anew each time. Never rejects. */
export function createLoadNpmConfig(options: LoadNpmConfigOptions): LoadNpmConfig {
  const { env, homeFolder, readFile = readNpmrc } = options;
  const userPath = fromEnvironment(env, 'userconfig') ?? join(homeFolder, '.npmrc');
  const globalPath = fromEnvironment(env, 'globalconfig') ?? join(prefixOf(env), 'etc/npmrc');

  return async function loadNpmConfig(project) {
    // npm itself looks at the workspace root only.
    const projectPath = project === undefined ? undefined : join(project.workspaceRoot, '.npmrc');
    const isOwn = projectPath === undefined || projectPath === userPath;
    const [projectFile, userFile, globalFile] = await Promise.all([
      isOwn ? undefined : readFile(projectPath),
      readFile(userPath),
      readFile(globalPath),
    ]);
    const config = readNpmConfig({ projectFile, userFile, globalFile, env });
    const { ca, caFile, isStrict } = config.tls;
    const path = caFile?.replace(/^~(?=[/\\])/, () => homeFolder);
    // One that is relative would be taken from wherever docpin was started, which a project may be.
    const bundle = path !== undefined && isAbsolute(path) ? await readFile(path) : undefined;
    return { ...config, tls: { ca: bundle ?? ca, isStrict } };
  };
}

/** Where npm is installed: what lies below it is configuration for every user. */
function prefixOf(env: Environment): string {
  const folder = dirname(process.execPath);
  const usual = process.platform === 'win32' ? folder : dirname(folder);
  return fromEnvironment(env, 'prefix') ?? env.PREFIX ?? usual;
}

function fromEnvironment(env: Environment, key: string): string | undefined {
  const found = Object.entries(env).find(([name]) => name.toLowerCase() === `npm_config_${key}`)?.[1];
  return found === '' ? undefined : found;
}

async function readNpmrc(path: string): Promise<string | undefined> {
  try {
    const { bytes } = await readRegularFile(await realpath(path), { maxBytes: maxNpmrcBytes });
    return bytes.toString('utf8');
  } catch {
    // Missing nearly always; npm goes on without one that it may not read, too.
    return undefined;
  }
}
