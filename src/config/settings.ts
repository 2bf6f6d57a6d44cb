/**
 * Every setting of docpin, as data: the command line, the environment, the configuration file, `--help` and the table
 * of docs/configuration.md are all read off this list.
 */
export interface Setting {
  /** Key in the Config and, where `inFile`, in the configuration file. */
  readonly name: string;
  readonly flag?: string;
  /** One letter that stands for the flag. */
  readonly short?: string;
  /** True for a flag that takes no value. */
  readonly isSwitch?: boolean;
  readonly env?: string;
  readonly inFile?: boolean;
  readonly default?: string | number | boolean;
  /** One line for `--help` and docs/configuration.md. */
  readonly about: string;
  /** The command that it belongs to; everywhere when left out. */
  readonly only?: 'docs' | 'commands' | 'http';
}

export const settings: readonly Setting[] = [
  {
    name: 'project',
    flag: 'project',
    env: 'DOCPIN_PROJECT',
    inFile: true,
    about: 'folder whose dependencies decide the version; default: the client says, else the working folder',
  },
  {
    name: 'offline',
    flag: 'offline',
    isSwitch: true,
    env: 'DOCPIN_OFFLINE',
    inFile: true,
    default: false,
    about: 'make no network request at all',
  },
  {
    name: 'onlyDependencies',
    flag: 'only-dependencies',
    isSwitch: true,
    env: 'DOCPIN_ONLY_DEPENDENCIES',
    inFile: true,
    default: false,
    about: 'ask the registry only for what the project depends on',
  },
  {
    name: 'sources',
    flag: 'sources',
    env: 'DOCPIN_SOURCES',
    inFile: true,
    about:
      'what may answer: indexed, context7 (comma-separated); default: indexed, and context7 once it is configured',
  },
  {
    name: 'context7ApiKey',
    flag: 'context7-api-key',
    env: 'CONTEXT7_API_KEY',
    about: 'Context7 API key; turns that source on (prefer the variable: a flag shows in the process list)',
  },
  {
    name: 'context7ApiUrl',
    flag: 'context7-api-url',
    env: 'CONTEXT7_API_URL',
    inFile: true,
    about: 'base URL including /api, for an on-premise Context7; default: https://context7.com/api',
  },
  {
    name: 'context7Api',
    flag: 'context7-api',
    env: 'CONTEXT7_API',
    inFile: true,
    default: 'auto',
    about: 'generation of the Context7 API: auto, context or docs',
  },
  {
    name: 'cacheDir',
    flag: 'cache-dir',
    env: 'DOCPIN_CACHE_DIR',
    inFile: true,
    about: "folder of the index and of cached answers; default: docpin's folder in the user's cache",
  },
  {
    name: 'noCache',
    flag: 'no-cache',
    isSwitch: true,
    env: 'DOCPIN_NO_CACHE',
    inFile: true,
    default: false,
    about: 'keep no copy of what an API answers, in memory neither, and use none',
  },
  {
    name: 'upstreamAttempts',
    flag: 'upstream-attempts',
    env: 'DOCPIN_UPSTREAM_ATTEMPTS',
    inFile: true,
    default: 4,
    about: 'tries for one request to an API',
  },
  {
    name: 'upstreamAttemptTimeoutMs',
    flag: 'upstream-attempt-timeout-ms',
    env: 'DOCPIN_UPSTREAM_ATTEMPT_TIMEOUT_MS',
    inFile: true,
    default: 8_000,
    about: 'milliseconds for one try',
  },
  {
    name: 'upstreamDeadlineMs',
    flag: 'upstream-deadline-ms',
    env: 'DOCPIN_UPSTREAM_DEADLINE_MS',
    inFile: true,
    default: 25_000,
    about: 'milliseconds for all tries together',
  },
  {
    name: 'logLevel',
    flag: 'log-level',
    env: 'DOCPIN_LOG_LEVEL',
    inFile: true,
    default: 'warn',
    about: 'silent, error, warn, info or debug; logs go to stderr',
  },
  {
    name: 'config',
    flag: 'config',
    env: 'DOCPIN_CONFIG',
    about:
      "file with these settings as JSON; default: config.json in docpin's folder of the user's configuration",
  },
  { name: 'help', flag: 'help', short: 'h', isSwitch: true, default: false, about: 'print this help' },
  {
    name: 'version',
    flag: 'version',
    short: 'v',
    isSwitch: true,
    default: false,
    about: "print docpin's version",
  },
  {
    name: 'json',
    flag: 'json',
    isSwitch: true,
    default: false,
    only: 'commands',
    about: 'print JSON for programs',
  },
  {
    name: 'refresh',
    flag: 'refresh',
    isSwitch: true,
    default: false,
    only: 'commands',
    about: 'ask the APIs even where a copy of their answer is fresh, and keep the new one',
  },
  { name: 'mode', flag: 'mode', default: 'all', only: 'docs', about: 'all, code or info' },
  { name: 'page', flag: 'page', default: 1, only: 'docs', about: 'page of the answer, 1 to 10' },
  {
    name: 'tokens',
    flag: 'tokens',
    default: 2_500,
    only: 'docs',
    about: 'budget of the answer, 500 to 20000',
  },
  {
    name: 'transport',
    flag: 'transport',
    env: 'DOCPIN_TRANSPORT',
    inFile: true,
    default: 'stdio',
    only: 'http',
    about: 'stdio or http',
  },
  {
    name: 'port',
    flag: 'port',
    env: 'DOCPIN_PORT',
    inFile: true,
    default: 4850,
    only: 'http',
    about: 'port to listen on; 0 takes a free one',
  },
  {
    name: 'host',
    flag: 'host',
    env: 'DOCPIN_HOST',
    inFile: true,
    default: '127.0.0.1',
    only: 'http',
    about: 'address to listen on; any but one of this machine needs a token file',
  },
  {
    name: 'allowHost',
    flag: 'allow-host',
    env: 'DOCPIN_ALLOW_HOST',
    inFile: true,
    only: 'http',
    about: 'further host names that requests may be for, comma-separated; * for all',
  },
  {
    name: 'allowOrigin',
    flag: 'allow-origin',
    env: 'DOCPIN_ALLOW_ORIGIN',
    inFile: true,
    only: 'http',
    about: 'further origins whose web pages may ask, comma-separated: https://app.example',
  },
  {
    name: 'authTokenFile',
    flag: 'auth-token-file',
    env: 'DOCPIN_AUTH_TOKEN_FILE',
    inFile: true,
    only: 'http',
    about: 'file with the lines that `docpin token new` prints; callers need one of these tokens',
  },
  {
    name: 'allowUnauthenticated',
    flag: 'allow-unauthenticated',
    isSwitch: true,
    env: 'DOCPIN_ALLOW_UNAUTHENTICATED',
    inFile: true,
    default: false,
    only: 'http',
    about: 'let everybody in who can reach the address',
  },
  {
    name: 'share',
    flag: 'share',
    env: 'DOCPIN_SHARE',
    inFile: true,
    only: 'http',
    about:
      'what of yours callers may use: npm-auth, project, local, context7-key, context-repo (comma-separated)',
  },
  {
    name: 'registry',
    flag: 'registry',
    env: 'DOCPIN_REGISTRY',
    inFile: true,
    only: 'http',
    about: "npm registry that callers are answered from, without credentials; default: npm's public one",
  },
  {
    name: 'rateLimit',
    flag: 'rate-limit',
    env: 'DOCPIN_RATE_LIMIT',
    inFile: true,
    default: 300,
    only: 'http',
    about: 'requests a minute for one token, or one address without tokens; 0 for no limit',
  },
  {
    name: 'trustedProxy',
    flag: 'trusted-proxy',
    env: 'DOCPIN_TRUSTED_PROXY',
    inFile: true,
    only: 'http',
    about: 'addresses and networks whose X-Forwarded-For is believed, comma-separated: 10.0.0.0/8',
  },
  {
    name: 'logFormat',
    flag: 'log-format',
    env: 'DOCPIN_LOG_FORMAT',
    inFile: true,
    default: 'text',
    only: 'http',
    about: 'text, or json: every line of the log as JSON, and one line for each call',
  },
];
