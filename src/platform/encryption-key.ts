/** A key that secrets at rest are locked with. */
export interface EncryptionKey {
  /** Written beside each ciphertext, so that it is found again after a rotation. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** The first seals, all of them open. */
export type EncryptionKeys = readonly [EncryptionKey, ...EncryptionKey[]];

const KEY_BYTES = 32;

/** `id:base64`, or base64 alone, whose id is `main`; undefined where it is neither. */
export function parseEncryptionKey(text: string): EncryptionKey | undefined {
  const [, id = 'main', encoded = ''] = /^(?:([A-Za-z0-9_-]{1,40}):)?([A-Za-z0-9+/_-]+={0,2})$/.exec(text) ?? [];
  const key = Buffer.from(encoded, 'base64');
  return key.length === KEY_BYTES ? { id, key } : undefined;
}
