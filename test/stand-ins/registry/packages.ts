import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A version of a package as a registry keeps it. */
export interface StoredVersion {
  /** package.json; `name` and `version` at least. */
  readonly manifest: { readonly name: string; readonly version: string } & Readonly<Record<string, unknown>>;
  readonly tarball: Buffer;
  /** In place of what the bytes have; null to give none. */
  readonly integrity?: string | null;
  /** In place of what the bytes have; null to give none. */
  readonly shasum?: string | null;
  /** In place of the real address. */
  readonly tarballUrl?: string;
  /** `latest` when left out, until another version takes it. */
  readonly tags?: readonly string[];
  readonly publishedAt?: string;
  /** As the search says them; 12,345 a month when left out. */
  readonly downloads?: unknown;
}

const packagesFolder = join(import.meta.dirname, '../../fixtures/packages');
let packed: readonly StoredVersion[] | undefined;

/** The packages under `test/fixtures/packages`, packed by the real npm; the older version of one comes first. */
export function packFixturePackages(): readonly StoredVersion[] {
  packed ??= pack(readdirSync(packagesFolder).map((name) => join(packagesFolder, name)))
    .slice()
    .sort((a, b) => (a.manifest.version < b.manifest.version ? -1 : 1));
  return packed;
}

/** Packs folders by the real `npm pack`. */
export function pack(folders: readonly string[]): StoredVersion[] {
  const work = mkdtempSync(join(realpathSync(tmpdir()), 'docpin-pack-'));
  try {
    const flags = ['--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', work];
    const env = {
      PATH: process.env.PATH,
      HOME: work,
      npm_config_cache: join(work, 'cache'),
      npm_config_update_notifier: 'false',
    };
    const output = execFileSync('npm', ['pack', ...flags, ...folders], { cwd: work, encoding: 'utf8', env });
    const results = JSON.parse(output) as { filename: string }[];
    return folders.map((folder, index) => ({
      manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
      tarball: readFileSync(join(work, results[index]?.filename ?? '')),
    }));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The last part of a tarball's address. */
export function fileNameOf(name: string, version: string): string {
  return `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
}

export function sha512Of(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

export function shasumOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}
