const sampleBytes = 8_192;
/** Text in an old one-byte encoding has a few bytes that are no UTF-8; an image or an archive is full of them. */
const maxInvalidShare = 0.05;

/** Whether the first 8 kB look like text: no NUL byte, and hardly a byte that is no UTF-8. */
export function isText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, sampleBytes);
  if (sample.includes(0)) return false;
  const invalid = new TextDecoder().decode(sample).split('\uFFFD').length - 1;
  return invalid <= Math.max(3, sample.length * maxInvalidShare);
}
