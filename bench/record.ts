import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';

/** Writes a result file: on which machine and versions, when, and every raw sample, so that a figure can be checked. */
export function writeRecord(
  file: string,
  record: { readonly versions: Readonly<Record<string, string>>; readonly samples: unknown } & Record<
    string,
    unknown
  >,
): void {
  const { versions, samples, ...rest } = record;
  const processors = cpus();
  const about = {
    machine: `${process.platform} ${process.arch} ${release()}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    cpus: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    node: process.version,
    versions,
    date: new Date().toISOString(),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...about, ...rest, samples }, undefined, 1)}\n`);
}
