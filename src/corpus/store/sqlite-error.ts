/** SQLite's primary result codes that the corpus acts on (https://sqlite.org/rescode.html). */
const busy = 5;
const readOnly = 8;
const corrupt = 11;
const cannotOpen = 14;
const notDatabase = 26;

/** Whether another process held the lock longer than the busy timeout, or a deadlock was refused at once. */
export function isBusy(thrown: unknown): boolean {
  return primaryCode(thrown) === busy;
}

/** Whether the file is damaged or is no database at all. */
export function isCorrupt(thrown: unknown): boolean {
  const code = primaryCode(thrown);
  return code === corrupt || code === notDatabase;
}

/** Whether the file or its folder cannot be written. */
export function isUnwritable(thrown: unknown): boolean {
  const code = primaryCode(thrown);
  return code === readOnly || code === cannotOpen || hasFileError(thrown);
}

function primaryCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number')
    return undefined;
  // The low byte; what is above it only tells where in SQLite it happened.
  return thrown.errcode & 0xff;
}

function hasFileError(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST'].includes(String(thrown.code))
  );
}
