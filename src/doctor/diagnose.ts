import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DocpinError, toDocpinError } from '../errors.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { loadSqlite } from '../sqlite.ts';
import type { Check, Diagnosis, Egress, Examine } from './diagnosis.ts';

export interface DiagnoseOptions {
  readonly nodeVersion: string;
  readonly cacheFolder: string;
  /** Checks that need parts which only the composition knows: the project, the registry. */
  readonly examine: readonly Examine[];
  readonly proxy: {
    readonly http: string | undefined;
    readonly https: string | undefined;
    readonly none: string | undefined;
  };
  readonly extraCertificates: string | undefined;
  readonly egress: readonly Egress[];
}

/** Makes every check, one after the other, and fills in what may leave the machine as it is configured now. */
export async function diagnose(options: DiagnoseOptions, signal: AbortSignal): Promise<Diagnosis> {
  const checks: Check[] = [];
  const examine: readonly Examine[] = [
    async () => ({ subject: 'Node', state: 'ok', finding: options.nodeVersion }),
    examineEngine,
    () => examineCacheFolder(options.cacheFolder),
    ...options.examine,
    async () => examineProxy(options.proxy),
    () => examineCertificates(options.extraCertificates),
  ];
  for (const look of examine) checks.push(await look(signal));
  return { checks, egress: options.egress };
}

async function examineEngine(): Promise<Check> {
  const subject = 'index engine';
  try {
    const engine = await loadSqlite();
    return { subject, state: 'ok', finding: `${engine.name}, SQLite ${engine.version}` };
  } catch (thrown) {
    const { what, next } = toDocpinError(thrown);
    return { subject, state: 'fault', finding: what, next };
  }
}

async function examineCacheFolder(folder: string): Promise<Check> {
  const subject = 'cache folder';
  try {
    makePrivateFolder(folder);
    await access(folder, constants.W_OK);
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return { subject, state: 'ok', finding: `${folder}, ${(bytes / 1_000_000).toFixed(1)} MB` };
  } catch (thrown) {
    if (thrown instanceof DocpinError)
      return { subject, state: 'fault', finding: `${folder}: ${thrown.what}`, next: thrown.next };
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    return {
      subject,
      state: 'fault',
      finding: `${folder} cannot be written (${code}); each process keeps its own index in memory`,
      next: 'Set DOCPIN_CACHE_DIR to a folder that can be written.',
    };
  }
}

function examineProxy({ http, https, none }: DiagnoseOptions['proxy']): Check {
  const named = [
    ...(https === undefined ? [] : [`HTTPS_PROXY ${withoutCredentials(https)}`]),
    ...(http === undefined ? [] : [`HTTP_PROXY ${withoutCredentials(http)}`]),
    ...(none === undefined ? [] : [`NO_PROXY ${none}`]),
  ];
  return { subject: 'proxy', state: 'ok', finding: named.length === 0 ? 'none' : named.join(', ') };
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

async function examineCertificates(file: string | undefined): Promise<Check> {
  const subject = 'extra certificates';
  if (file === undefined) return { subject, state: 'ok', finding: 'none' };
  try {
    await access(file, constants.R_OK);
    return { subject, state: 'ok', finding: `NODE_EXTRA_CA_CERTS ${file}` };
  } catch {
    // Node itself only warns about it at the first TLS connection.
    return {
      subject,
      state: 'fault',
      finding: `${file} cannot be read`,
      next: 'Correct NODE_EXTRA_CA_CERTS.',
    };
  }
}
