import type { DiagnoseOptions } from '../../doctor/diagnose.ts';
import type { Lookup } from '../../lookup/lookup.ts';
import type { SharedCache } from '../compose-cache.ts';
import type { ContextRepo } from '../compose-context-repo.ts';
import type { ComposeOptions } from '../parts.ts';
import { egressOf } from './egress.ts';
import { examineContextRepo } from './examine-context-repo.ts';
import { examineContext7 } from './examine-context7.ts';
import { examineProject } from './examine-project.ts';
import { examineRegistry } from './examine-registry.ts';

/** Parts of the composed docpin that the checks look through. */
export interface DiagnosedParts {
  readonly lookup: Lookup;
  readonly contextRepo: ContextRepo;
  readonly cache: SharedCache;
}

/** What the doctor has to know of how docpin is composed. */
export function diagnoseOptionsOf(
  options: ComposeOptions,
  { lookup, contextRepo, cache }: DiagnosedParts,
): DiagnoseOptions {
  const { config } = options;
  const { httpProxy, httpsProxy, noProxy, extraCertificates } = config.surroundings;
  return {
    nodeVersion: process.version,
    cacheFolder: config.cacheDir,
    examine: [
      (signal) => examineProject(lookup, signal),
      (signal) => examineRegistry(options, signal),
      () => examineContext7(config, cache),
      (signal) => examineContextRepo(config, contextRepo, signal),
    ],
    proxy: { http: httpProxy, https: httpsProxy, none: noProxy },
    extraCertificates,
    egress: egressOf(config),
  };
}
