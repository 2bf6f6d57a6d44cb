import type { NpmTls } from './npm-config.ts';
import type { NpmrcEntry } from './parse-npmrc.ts';

/** What npm's configuration says of certificates, before the file that it names is read. */
export interface NpmTlsText extends NpmTls {
  /** As it is written; what is in the file goes before `ca`. */
  readonly caFile: string | undefined;
}

/**
 * Reads `ca`, `cafile` and `strict-ssl`, each from the first layer that has it. Never to be given a project's: a clone must not say
 * whom to trust.
 */
export function readNpmTls(layers: readonly (readonly NpmrcEntry[])[]): NpmTlsText {
  const first = (key: string): readonly string[] | undefined =>
    layers
      .map((layer) => layer.filter(([each, value]) => plain(each) === key && isSet(value)))
      .find((entries) => entries.length > 0)
      ?.map(([, value]) => value);
  return {
    ca: first('ca')?.join('\n').replaceAll('\\n', '\n'),
    caFile: first('cafile')?.at(-1),
    isStrict: first('strict-ssl')?.at(-1) !== 'false',
  };
}

/** `ca[]` is one of several; the environment has no hyphens. */
function plain(key: string): string {
  return key.replace(/\[\]$/, '').replaceAll('_', '-');
}

function isSet(value: string): boolean {
  return value !== '' && value !== 'null';
}
