/** SQLite's primary result codes that docpin acts on (https://sqlite.org/rescode.html). */
const codes = {
  error: 1,
  internal: 2,
  busy: 5,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  tooBig: 18,
  constraint: 19,
  mismatch: 20,
  notDatabase: 26,
} as const;

/** What was read is not what was written, or the file is not one of ours. */
export class DamageFound extends Error {
  override readonly name = 'DamageFound';
}

/** Whether another process held the lock longer than the busy timeout, or a deadlock was refused at once. */
export function isBusy(thrown: unknown): boolean {
  return primaryCode(thrown) === codes.busy;
}

/** Whether the file is damaged, is none of ours or is no database at all. */
export function isCorrupt(thrown: unknown): boolean {
  if (thrown instanceof DamageFound) return true;
  const code = primaryCode(thrown);
  // A number that does not fit into JavaScript's was not written here.
  return code === codes.corrupt || code === codes.notDatabase || nodeCode(thrown) === 'ERR_OUT_OF_RANGE';
}

/** Whether it may come of damage: a schema that lost a letter, an index that lost a row. Only a look at the whole file tells. */
export function maySignDamage(thrown: unknown): boolean {
  const code = primaryCode(thrown);
  // @photostructure/sqlite 1.2.1 gives no result code for what `all` throws.
  if (code === undefined) return nodeCode(thrown) === 'ERR_SQLITE_ERROR';
  const doubtful: readonly number[] = [
    codes.error,
    codes.internal,
    codes.tooBig,
    codes.constraint,
    codes.mismatch,
  ];
  return doubtful.includes(code);
}

/** Whether the file or its folder cannot be written. */
export function isUnwritable(thrown: unknown): boolean {
  const code = primaryCode(thrown);
  return code === codes.readOnly || code === codes.cannotOpen || hasFileError(thrown);
}

/** Whether the disk has no room, or fails. */
export function isDiskFault(thrown: unknown): boolean {
  const code = primaryCode(thrown);
  return code === codes.full || code === codes.inputOutput;
}

function primaryCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number')
    return undefined;
  // The low byte; what is above it only tells where in SQLite it happened.
  return thrown.errcode & 0xff;
}

function nodeCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}

function hasFileError(thrown: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP'].includes(
    nodeCode(thrown) ?? '',
  );
}
