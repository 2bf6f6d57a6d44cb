import { expect, it } from 'vitest';
import { createCredentialDigest, toStoreKey } from '../../src/cache/cache-key.ts';

const secret = new Uint8Array(32).fill(7);

it('names a credential the same way each time, without giving it away', () => {
  const digest = createCredentialDigest(secret);
  expect(digest('key-one')).toBe(digest('key-one'));
  expect(digest('key-one')).not.toBe(digest('key-two'));
  expect(digest('key-one')).not.toContain('key');
  expect(digest(undefined)).toBe('anonymous');
});

it('names it differently under another secret, so that known keys cannot be tried', () => {
  expect(createCredentialDigest(secret)('key-one')).not.toBe(
    createCredentialDigest(new Uint8Array(32))('key-one'),
  );
});

it('makes store keys of 64 hexadecimal digits that do not show the request', () => {
  const key = { source: 's', generation: 'g', baseUrl: 'b', credentialId: 'c', request: ['private words'] };
  expect(toStoreKey(key)).toMatch(/^[0-9a-f]{64}$/);
});
