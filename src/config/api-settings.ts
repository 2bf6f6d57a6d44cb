import type { Setting } from './setting.ts';

/** The hosted APIs, and the tools that act on one. */
export const apiSettings: readonly Setting[] = [
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
    name: 'contextRepoApiKey',
    flag: 'contextrepo-api-key',
    env: 'CONTEXTREPO_API_KEY',
    oldEnv: 'CONTEXT_REPO_API_KEY',
    about: 'Context Repo API key (gm_...); turns that source on (prefer the variable)',
  },
  {
    name: 'contextRepoToken',
    flag: 'contextrepo-token',
    env: 'CONTEXTREPO_TOKEN',
    about: 'Context Repo token, sent as a bearer in place of a key (prefer the variable)',
  },
  {
    name: 'contextRepoApiUrl',
    flag: 'contextrepo-api-url',
    env: 'CONTEXTREPO_API_URL',
    inFile: true,
    about: 'base URL of Context Repo, before /v1; default: https://api.contextrepo.com',
  },
  {
    name: 'toolsets',
    flag: 'toolsets',
    env: 'DOCPIN_TOOLSETS',
    inFile: true,
    about: 'further tools for MCP clients: context-repo; default: none',
  },
  {
    name: 'allowWrites',
    flag: 'allow-writes',
    isSwitch: true,
    env: 'DOCPIN_ALLOW_WRITES',
    inFile: true,
    default: false,
    about: 'let the tools of toolsets write, over MCP and in `docpin context-repo`',
  },
];
