import { type Setting, settings } from '../config/settings.ts';

const usage = `docpin - the docs of the library version that your project really has

Usage:
  docpin [serve]                    serve MCP over stdio (what an AI client starts), or with --transport http
  docpin docs <library> [query]     answer a query from a library's docs; an overview without a query
  docpin resolve <name> [query]     find the library that is meant
  docpin list                       the project's direct dependencies, their versions and docs
  docpin index [library...]         index now what would be indexed on first use; all dependencies by default
  docpin cache <action> [word]      stats, list or clear: what is kept of the answers of APIs
  docpin doctor                     what docpin found here, and what may leave this machine
  docpin rules                      a block for AGENTS.md that tells agents when to use docpin
  docpin token new [name]           make an access token for callers of the HTTP server

A library is a name (zod, zod@4, @tanstack/query-core) or an id (npm:zod@4.6.7, /owner/repo).
`;

/** The help text: usage, then every option with its variable. */
export function renderHelp(): string {
  const groups: readonly (readonly [string, readonly Setting[]])[] = [
    ['Options', settings.filter((setting) => setting.only === undefined)],
    ['Options of resolve, docs and list', settings.filter((setting) => setting.only === 'commands')],
    ['Options of docs', settings.filter((setting) => setting.only === 'docs')],
    ['Options of serve', settings.filter((setting) => setting.only === 'http')],
  ];
  const blocks = groups.map(([title, members]) => `${title}:\n${members.map(renderSetting).join('\n')}\n`);
  return [usage, ...blocks, 'Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.\n'].join('\n');
}

function renderSetting(setting: Setting): string {
  const flag = `${setting.short === undefined ? '' : `-${setting.short}, `}--${setting.flag}${setting.isSwitch === true ? '' : ' <value>'}`;
  const variable = setting.env === undefined ? '' : ` [${setting.env}]`;
  const preset =
    setting.default === undefined || setting.isSwitch === true ? '' : ` (default: ${setting.default})`;
  return `  ${flag.padEnd(38)} ${setting.about}${preset}${variable}`;
}
