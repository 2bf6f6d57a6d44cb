/** What is read of the docs of one package at the most. */
export interface DocsLimits {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxTotalBytes: number;
}

export const docsLimits: DocsLimits = {
  maxFileBytes: 10_000_000,
  maxFiles: 5_000,
  maxTotalBytes: 64_000_000,
};
