/** A secret at rest: the ciphertext, and the id of the key it is locked with. */
export interface SealedSecret {
  readonly ciphertext: Buffer;
  readonly keyId: string;
}

/** What a ciphertext belongs to. It is authenticated with it, so that a row cannot be swapped for another. */
export interface SecretOwner {
  readonly clientId: string;
  /** Id of the row that holds the secret, e.g. `con_…`. */
  readonly id: string;
  readonly purpose: 'connection.credentials' | 'webhook-endpoint.secret' | 'idempotent-answer.body';
}

/** Encryption at rest (AES-256-GCM) of credentials and signing secrets. */
export abstract class Secrets {
  abstract seal(owner: SecretOwner, plaintext: string): SealedSecret;
  /** Throws when the ciphertext was altered, belongs to another row, or its key is not configured. */
  abstract open(owner: SecretOwner, sealed: SealedSecret): string;
}
