import { randomBytes } from 'node:crypto';
import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AesGcmSecrets } from '../../src/platform/secrets.js';
import type { SecretOwner } from '../../src/ports/secrets.js';

const oldKey = { id: 'old', key: randomBytes(32) };
const newKey = { id: 'new', key: randomBytes(32) };
const secrets = new AesGcmSecrets([oldKey]);
const owner: SecretOwner = { clientId: 'cli_a', id: 'con_1', purpose: 'connection.credentials' };

describe('a secret', () => {
  it('opens as it was sealed', () => {
    assert(property(string({ unit: 'grapheme' }), (text) => secrets.open(owner, secrets.seal(owner, text)) === text));
  });

  it('is never sealed twice alike', () => {
    const all = Array.from({ length: 10_000 }, () => secrets.seal(owner, 'x').ciphertext.toString('hex'));
    expect(new Set(all).size).toBe(all.length);
  });

  it('does not open when any bit of it was changed', () => {
    const { keyId, ciphertext } = secrets.seal(owner, '{"apiKey":"s3cret"}');
    for (let bit = 0; bit < ciphertext.length * 8; bit += 1) {
      const changed = Buffer.from(ciphertext);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => secrets.open(owner, { keyId, ciphertext: changed })).toThrow(/authenticate|cut short/);
    }
  });

  it('does not open when it was cut short anywhere', () => {
    const { keyId, ciphertext } = secrets.seal(owner, 'text');
    for (let length = 0; length < ciphertext.length; length += 1) {
      expect(() => secrets.open(owner, { keyId, ciphertext: ciphertext.subarray(0, length) })).toThrow(
        /authenticate|cut short/,
      );
    }
  });

  it.each<[string, Partial<SecretOwner>]>([
    ['another client', { clientId: 'cli_b' }],
    ['another row', { id: 'con_2' }],
    ['another purpose', { purpose: 'webhook-endpoint.secret' }],
  ])('does not open in the place of %s', (_, other) => {
    const sealed = secrets.seal(owner, 'text');
    expect(() => secrets.open({ ...owner, ...other }, sealed)).toThrow(/authenticate|cut short/);
  });

  it('still opens with a retired key, while the first key seals', () => {
    const sealed = secrets.seal(owner, 'text');
    const rotated = new AesGcmSecrets([newKey, oldKey]);
    expect(rotated.open(owner, sealed)).toBe('text');
    expect(rotated.seal(owner, 'text').keyId).toBe('new');
  });

  it('does not open without its key, nor under the name of another', () => {
    const sealed = secrets.seal(owner, 'text');
    expect(() => new AesGcmSecrets([newKey]).open(owner, sealed)).toThrow(/"old" is not configured/);
    const renamed = new AesGcmSecrets([{ id: 'other', key: oldKey.key }]);
    expect(() => renamed.open(owner, { ...sealed, keyId: 'other' })).toThrow(/authenticate|cut short/);
  });
});
