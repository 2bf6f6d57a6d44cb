/** What is taken of one tarball at the most. A real package stays far below each of them. */
export interface ArchiveLimits {
  readonly maxPackedBytes: number;
  readonly maxUnpackedBytes: number;
  /** Unpacked bytes for one packed byte, once `ratioFromBytes` are unpacked. */
  readonly maxRatio: number;
  readonly ratioFromBytes: number;
  readonly maxEntries: number;
  readonly maxFileBytes: number;
  /** Of declarations that are kept together, of which 16 MB are read: what leads from one to another shows only later. */
  readonly maxDeclarationBytes: number;
  /** Folders and the file itself. */
  readonly maxDepth: number;
  readonly maxNameBytes: number;
  readonly timeoutMs: number;
}

export const archiveLimits: ArchiveLimits = {
  maxPackedBytes: 50 * 1024 * 1024,
  maxUnpackedBytes: 200 * 1024 * 1024,
  maxRatio: 100,
  ratioFromBytes: 1024 * 1024,
  maxEntries: 20_000,
  maxFileBytes: 5 * 1024 * 1024,
  maxDeclarationBytes: 64 * 1024 * 1024,
  maxDepth: 32,
  maxNameBytes: 1_024,
  timeoutMs: 60_000,
};
