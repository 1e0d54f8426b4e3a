import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Secrets, type SealedSecret, type SecretOwner } from '../ports/secrets.js';
import type { EncryptionKeys } from './encryption-key.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
/** Said explicitly: without it Node accepts a tag cut to 4 bytes. */
const TAG_BYTES = 16;

/**
 * AES-256-GCM with a random nonce for each secret. A ciphertext is nonce, tag, then the locked bytes.
 * The owner and the key id are authenticated with it, so that it opens in its own row only.
 */
export class AesGcmSecrets extends Secrets {
  private readonly keys: ReadonlyMap<string, Buffer>;

  /** The first key seals; all of them open. */
  constructor(private readonly encryptionKeys: EncryptionKeys) {
    super();
    this.keys = new Map(encryptionKeys.map(({ id, key }) => [id, key]));
  }

  override seal(owner: SecretOwner, plaintext: string): SealedSecret {
    const [{ id: keyId, key }] = this.encryptionKeys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(ownership(owner, keyId));
    const locked = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return { keyId, ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), locked]) };
  }

  override open(owner: SecretOwner, { keyId, ciphertext }: SealedSecret): string {
    const key = this.keys.get(keyId);
    if (!key)
      throw new Error(`The encryption key ${JSON.stringify(keyId)} is not configured; add it to ENCRYPTION_KEY.`);
    if (ciphertext.length < NONCE_BYTES + TAG_BYTES) throw new Error('A secret was cut short.');
    const decipher = createDecipheriv(ALGORITHM, key, ciphertext.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(ownership(owner, keyId));
    decipher.setAuthTag(ciphertext.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const locked = ciphertext.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(locked), decipher.final()]).toString('utf8');
  }
}

/** JSON, so that no two owners read the same when their parts are put together. */
const ownership = (owner: SecretOwner, keyId: string): Buffer =>
  Buffer.from(JSON.stringify([owner.clientId, owner.id, owner.purpose, keyId]));
