import { readFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import packageJson from '../package.json' with { type: 'json' };
import type { Output } from './cli/output.ts';
import { type Command, readCommandLine } from './config/command-line.ts';
import { type Config, type ConfigInput, readConfig } from './config/config.ts';
import { toDocpinError } from './errors.ts';
import { createLog, type Log } from './log.ts';
import { makePrivateFolder } from './private-folder.ts';

const { version } = packageJson;
/** A signal ends the process even when something does not close. */
const closeTimeoutMs = 2_000;
/** The same for a server with callers under way, who have most of it to get their answers. */
const drainTimeoutMs = 9_500;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const exit = (code: number): never => process.exit(code);

function readInput(): ConfigInput {
  const paths = envPaths('docpin', { suffix: '' });
  return {
    argv: process.argv.slice(2),
    env: process.env,
    workingFolder: workingFolder(),
    homeFolder: homedir(),
    defaultCacheFolder: paths.cache,
    defaultConfigFile: join(paths.config, 'config.json'),
    readFile(path) {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        // The reader of the configuration says so where the file was named; else there is none, which is the usual case.
        return undefined;
      }
    },
  };
}

/** The root folder where the working folder was deleted: docpin then works as if started in no project. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    // ENOENT: the folder is gone; a server must still start.
    return '/';
  }
}

/** Node 22 and newer; not in the types of Node 20. */
interface CompileCache {
  enableCompileCache?(folder: string): unknown;
  flushCompileCache?(): void;
}

async function main(): Promise<never> {
  const input = readInput();
  const faults: string[] = [];
  const { command, flags } = readCommandLine(input.argv, faults);
  const isFixed = command === 'help' || command === 'version' || command === 'rules';
  if (isFixed && faults.length === 0) return printFixed(command);
  try {
    const config = readConfig(input);
    if (config.command !== 'serve') return await run(config);
    return await (config.transport === 'http' ? serveHttp(config) : serveStdio(config));
  } catch (thrown) {
    const [{ printError }, output] = await Promise.all([import('./cli/run-command.ts'), openOutput()]);
    const code = printError(toDocpinError(thrown), flags.json === true, output);
    await output.flush();
    return exit(code);
  }
}

/** Without the configuration: a wrong setting must not keep anybody from the help. */
async function printFixed(command: Command): Promise<never> {
  const [{ fixedText }, output] = await Promise.all([import('./cli/run-command.ts'), openOutput()]);
  output.stdout(fixedText(command, version) ?? '');
  return exit((await output.flush()) ? 0 : 1);
}

async function openOutput(): Promise<Output> {
  const { createOutput } = await import('./cli/output.ts');
  return createOutput({ stdout: process.stdout, stderr: process.stderr, env: process.env });
}

async function serveStdio(config: Config): Promise<never> {
  const { docpin, log } = await start(config);
  const shutDown = (code: number) => endBy(closeTimeoutMs, code, docpin.close);
  stopOn(shutDown, log);
  const end = await docpin.serveStdio({ stdin: process.stdin, stdout: process.stdout });
  return shutDown(end === 'end' ? 0 : 1);
}

async function serveHttp(operators: Config): Promise<never> {
  const { configForCallers } = await import('./config/config-for-callers.ts');
  const config = configForCallers(operators);
  const { docpin, log } = await start(config);
  const server = await docpin.serveHttp((line) => void process.stderr.write(line));
  const ended = new Promise<never>((_, reject) => {
    const shutDown = (code: number) =>
      endBy(drainTimeoutMs, code, async () => {
        await server.close();
        await docpin.close();
      }).catch(reject);
    stopOn(shutDown, log);
  });
  // At the usual level nobody would learn where the server is.
  createLogOf(config.logLevel === 'silent' ? config : { ...config, logLevel: 'info' }).info('serving MCP', {
    url: server.url,
  });
  return ended;
}

async function start(config: Config) {
  // Whoever read the log may go away (EPIPE). As a fault of the process it would be logged, which fails again, and so on.
  process.stderr.on('error', () => undefined);
  keepCompiledCode(config.cacheDir);
  const log = openLog(config);
  const { compose } = await import('./compose/compose.ts');
  return { docpin: compose({ config, version, log, indexChildFile: indexChildFile() }), log };
}

function stopOn(shutDown: (code: number) => unknown, log: Log): void {
  for (const signal of signals) process.once(signal, () => shutDown(0));
  process.on('uncaughtException', (thrown) => {
    log.error('docpin stops: a fault it did not foresee', {
      reason: thrown.message,
      stack: thrown.stack,
    });
    shutDown(1);
  });
}

async function endBy(timeoutMs: number, code: number, close: () => Promise<void>): Promise<never> {
  setTimeout(() => exit(code), timeoutMs).unref();
  await close();
  return exit(code);
}

async function run(config: Config): Promise<never> {
  const [{ runCommand }, output] = await Promise.all([import('./cli/run-command.ts'), openOutput()]);
  const stop = new AbortController();
  for (const signal of signals) process.once(signal, () => stop.abort());
  const { compose } = await import('./compose/compose.ts');
  const docpin = compose({ config, version, log: openLog(config), indexChildFile: indexChildFile() });
  const code = await runCommand({
    config,
    output,
    lookup: () => docpin.lookup,
    diagnose: docpin.diagnose,
    cacheContents: docpin.cacheContents,
    contextRepoTools: docpin.contextRepoTools,
    readText,
    now: Date.now,
    signal: stop.signal,
  });
  const [hasLeft] = await Promise.all([output.flush(), docpin.close()]);
  return exit(hasLeft ? code : 1);
}

/** The text of a file; `-` is what is piped in. */
async function readText(file: string): Promise<string> {
  if (file !== '-') return readFileSync(file, 'utf8');
  const { text } = await import('node:stream/consumers');
  return text(process.stdin);
}

/** A log that begins with what should be changed in the configuration. */
function openLog(config: Config): Log {
  const log = createLogOf(config);
  for (const warning of config.warnings) log.warn(warning);
  return log;
}

function createLogOf(config: Config) {
  return createLog({
    level: config.logLevel,
    format: config.logFormat,
    write: (line) => void process.stderr.write(line),
    secrets: [config.context7ApiKey, config.contextRepoApiKey, config.contextRepoToken].filter(
      (secret) => secret !== undefined,
    ),
  });
}

function indexChildFile(): string {
  return fileURLToPath(new URL('./index-child.js', import.meta.url));
}

/**
 * Lets Node 22 and newer keep compiled code in docpin's own folder: 4 to 9 ms of a start. Written when idle, because hosts end
 * servers by a signal, and Node itself writes at a normal exit only.
 */
function keepCompiledCode(cacheDir: string): void {
  const node: typeof module & CompileCache = module;
  const folder = join(cacheDir, 'compiled');
  if (node.enableCompileCache === undefined) return;
  try {
    // Whoever could write to either would choose what code runs here.
    for (const made of [cacheDir, folder]) makePrivateFolder(made);
  } catch {
    // A place that cannot be written costs a few milliseconds of the next start, and nothing else here.
    return;
  }
  node.enableCompileCache(folder);
  setTimeout(() => node.flushCompileCache?.(), 3_000).unref();
}

await main();
