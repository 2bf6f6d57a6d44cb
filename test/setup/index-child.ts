import { bundleScript } from './bundle-script.ts';

/** Bundles the indexing child as it is in `src` now, and returns the file. */
export function bundleIndexChild(): string {
  return bundleScript('src/index-child.ts');
}
