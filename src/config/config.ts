import * as z from 'zod';
import { DocpinError } from '../errors.ts';
import { isLoopback } from '../is-loopback.ts';
import { type Command, readCommandLine } from './command-line.ts';
import { readConfigFile } from './config-file.ts';
import { faultsOfContextRepo } from './context-repo.ts';
import type { Setting } from './setting.ts';
import { settings } from './settings.ts';
import {
  apiKey,
  bearerToken,
  contextRepoKey,
  flag,
  folder,
  host,
  hostNames,
  httpUrl,
  inUrl,
  list,
  networks,
  origins,
  wholeNumber,
} from './value-schemas.ts';

/** Everything that a person can set, checked and frozen. Read once, at the process edge. */
export type Config = Readonly<z.infer<typeof configSchema>> & {
  readonly command: Command;
  /** What stands behind the command: names and queries. */
  readonly operands: readonly string[];
  /** What works but should be changed, one sentence each. */
  readonly warnings: readonly string[];
  /** Taken from the environment as they are; they are not docpin's own. */
  readonly surroundings: Surroundings;
  /** Whose rows of the corpus are read and written; '' for those of the operator's own processes. */
  readonly audience: string;
};

export interface Surroundings {
  readonly workingFolder: string;
  readonly homeFolder: string;
  /** CLAUDE_PROJECT_DIR: the folder that Claude Code was started in. */
  readonly clientFolder: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly httpProxy: string | undefined;
  readonly noProxy: string | undefined;
  readonly extraCertificates: string | undefined;
  /** For npm's own configuration: `npm_config_*`, and the variables that a user's .npmrc names. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ConfigInput {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly homeFolder: string;
  readonly defaultCacheFolder: string;
  readonly defaultConfigFile: string;
  /** Text of a file, or undefined when there is none. */
  readonly readFile: (path: string) => string | undefined;
}

/** The one schema of the configuration; `settings.ts` says where each value may come from. */
const configSchema = z.object({
  config: folder.optional(),
  help: flag,
  version: flag,
  project: folder.optional(),
  offline: flag,
  onlyDependencies: flag,
  sources: list(['indexed', 'context7', 'context-repo']).optional(),
  cacheDir: folder,
  noCache: flag,
  cachePrivate: flag,
  context7ApiKey: apiKey.optional(),
  context7ApiUrl: httpUrl.optional(),
  context7Api: z.enum(['auto', 'context', 'docs'], 'must be auto, context or docs'),
  contextRepoApiKey: contextRepoKey.optional(),
  contextRepoToken: bearerToken.optional(),
  contextRepoApiUrl: httpUrl.optional(),
  toolsets: list(['context-repo']).optional(),
  allowWrites: flag,
  upstreamAttempts: wholeNumber(1, 10),
  upstreamAttemptTimeoutMs: wholeNumber(100, 60_000),
  upstreamDeadlineMs: wholeNumber(100, 120_000),
  logLevel: z.enum(
    ['silent', 'error', 'warn', 'info', 'debug'],
    'must be silent, error, warn, info or debug',
  ),
  json: flag,
  refresh: flag,
  mode: z.enum(['all', 'code', 'info'], 'must be all, code or info'),
  page: wholeNumber(1, 10),
  tokens: wholeNumber(500, 20_000),
  transport: z.enum(['stdio', 'http'], 'must be stdio or http'),
  port: wholeNumber(0, 65_535),
  host,
  allowHost: hostNames.optional(),
  allowOrigin: origins.optional(),
  authTokenFile: folder.optional(),
  allowUnauthenticated: flag,
  share: list(['npm-auth', 'project', 'local', 'context7-key', 'context-repo']).optional(),
  registry: httpUrl.optional(),
  rateLimit: wholeNumber(0, 1_000_000),
  trustedProxy: networks.optional(),
  logFormat: z.enum(['text', 'json'], 'must be text or json'),
});

/**
 * Reads flags, environment and configuration file, the first of them that has a value, into a frozen Config. Throws
 * `bad-config` (exit code 2) that lists every fault at once, with where it came from; values of keys are never repeated.
 */
export function readConfig(input: ConfigInput): Config {
  const faults: string[] = [];
  const line = readCommandLine(input.argv, faults);
  const namedFile = line.flags.config ?? nonEmpty(input.env.DOCPIN_CONFIG);
  const file = readConfigFile(
    {
      path: typeof namedFile === 'string' ? namedFile : input.defaultConfigFile,
      isNamed: namedFile !== undefined,
      readFile: input.readFile,
    },
    faults,
  );
  const givenBy = new Map<string, string>();
  const values: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const setting of settings) {
    faults.push(...faultsOfSpelling(setting, input.env));
    const found = findValue(setting, line.flags, input.env, file);
    if (found !== undefined && found.from === setting.oldEnv)
      warnings.push(`${setting.oldEnv} is now called ${setting.env}: rename it.`);
    const value = found?.value ?? defaultOf(setting, input);
    if (value !== undefined) values[setting.name] = value;
    if (found !== undefined) givenBy.set(setting.name, found.from);
  }
  const parsed = configSchema.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    faults.push(`${givenBy.get(name) ?? name} ${issue.message}.`);
  }
  if (parsed.success) faults.push(...faultsBetween(parsed.data));
  // Other commands serve nobody, also where the environment is that of a server.
  if (parsed.success && line.command === 'serve' && parsed.data.transport === 'http')
    faults.push(...faultsOfAccess(parsed.data));
  if (faults.length > 0 || !parsed.success) throw badConfig(faults);
  const { env } = input;
  return Object.freeze({
    ...parsed.data,
    command: line.command,
    operands: line.operands,
    warnings,
    surroundings: Object.freeze({
      workingFolder: input.workingFolder,
      homeFolder: input.homeFolder,
      clientFolder: nonEmpty(env.CLAUDE_PROJECT_DIR),
      httpsProxy: nonEmpty(env.HTTPS_PROXY ?? env.https_proxy),
      httpProxy: nonEmpty(env.HTTP_PROXY ?? env.http_proxy),
      noProxy: nonEmpty(env.NO_PROXY ?? env.no_proxy),
      extraCertificates: nonEmpty(env.NODE_EXTRA_CA_CERTS),
      env,
    }),
    audience: '',
  });
}

/** Whether the Context7 source is on: a key, a base URL or `--sources` turns it on, `--offline` off. */
export function context7IsOn(config: Config): boolean {
  if (config.offline) return false;
  if (config.sources !== undefined) return config.sources.includes('context7');
  return config.context7ApiKey !== undefined || config.context7ApiUrl !== undefined;
}

/** Whether Context7 may be asked at all: where it is on, and for callers over HTTP who bring a key. */
export function context7MayBeAsked(config: Config): boolean {
  const isForCallers = config.audience !== '' && config.sources === undefined && !config.offline;
  return isForCallers || context7IsOn(config);
}

function findValue(
  setting: Setting,
  flags: Readonly<Record<string, string | true>>,
  env: ConfigInput['env'],
  file: Readonly<Record<string, unknown>>,
): { readonly value: unknown; readonly from: string } | undefined {
  const flagValue = setting.flag === undefined ? undefined : flags[setting.flag];
  if (flagValue !== undefined) return { value: flagValue, from: `--${setting.flag}` };
  for (const name of [setting.env, setting.oldEnv]) {
    const value = name === undefined ? undefined : nonEmpty(env[name]);
    if (name !== undefined && value !== undefined) return { value, from: name };
  }
  const fileValue = setting.inFile === true ? file[setting.name] : undefined;
  if (fileValue !== undefined)
    return { value: fileValue, from: `"${setting.name}" in the configuration file` };
  return undefined;
}

/** Of two spellings with two values nobody can say which is meant. */
function faultsOfSpelling({ env: name, oldEnv }: Setting, env: ConfigInput['env']): string[] {
  if (name === undefined || oldEnv === undefined) return [];
  const [value, oldValue] = [nonEmpty(env[name]), nonEmpty(env[oldEnv])];
  if (value === undefined || oldValue === undefined || value === oldValue) return [];
  return [`${name} and its old name ${oldEnv} are both set, and differ: remove ${oldEnv}.`];
}

function defaultOf(setting: Setting, input: ConfigInput): unknown {
  return setting.name === 'cacheDir' ? input.defaultCacheFolder : setting.default;
}

function faultsBetween(config: z.infer<typeof configSchema>): string[] {
  const url = config.context7ApiUrl === undefined ? undefined : new URL(config.context7ApiUrl);
  const isOpenKey = url?.protocol === 'http:' && config.context7ApiKey !== undefined && !isLoopback(url);
  return [
    ...(isOpenKey
      ? [
          'CONTEXT7_API_URL uses plain http, and an API key is never sent over it beyond this machine: use https.',
        ]
      : []),
    ...faultsOfContextRepo(config),
  ];
}

/** A server that others can reach, or whose name tells nothing, must not let in everybody unless somebody said so. */
function faultsOfAccess(config: z.infer<typeof configSchema>): string[] {
  const hasWord = config.authTokenFile !== undefined || config.allowUnauthenticated;
  const address = new URL(`http://${inUrl(config.host)}`);
  const word = 'give --auth-token-file, or --allow-unauthenticated to let everybody in.';
  return [
    ...(hasWord || isLoopback(address)
      ? []
      : [`--host ${config.host} can be reached from other machines: ${word}`]),
    ...(hasWord || config.allowHost?.includes('*') !== true
      ? []
      : [`--allow-host * lets any web page of this machine ask: ${word}`]),
    ...(config.authTokenFile !== undefined && config.allowUnauthenticated
      ? ['--auth-token-file and --allow-unauthenticated contradict each other: give one of them.']
      : []),
  ];
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function badConfig(faults: readonly string[]): DocpinError {
  const what =
    faults.length === 1
      ? (faults[0] ?? '')
      : `${faults.length} faults:\n${faults.map((fault) => `- ${fault}`).join('\n')}\n`;
  return new DocpinError('bad-config', { what, next: 'Run `docpin --help` for what can be set.' });
}
