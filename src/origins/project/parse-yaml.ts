import { parse } from 'yaml';

/**
 * Parses YAML from outside; throws for what is none. A file of its own, imported when it is needed: the package is CommonJS, and
 * a bundle's `import()` of that has no named exports.
 */
export function parseYaml(text: string): unknown {
  // No aliases: a few lines of nested ones would expand to gigabytes.
  return parse(text, { maxAliasCount: 0, logLevel: 'silent' });
}
