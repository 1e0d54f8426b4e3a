import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The keys of an installation on the embedded database: made on the first start, kept beside the data they
 * protect, readable by the owner of the process only.
 */
export class KeyFiles {
  constructor(private readonly dataDir: string) {}

  adminKey(): string {
    return this.kept('admin-key', () => `admin_${randomBytes(24).toString('hex')}`);
  }

  /** 32 bytes in base64. */
  encryptionKey(): string {
    return this.kept('encryption-key', () => randomBytes(32).toString('base64'));
  }

  private kept(name: string, make: () => string): string {
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 });
    const file = join(this.dataDir, name);
    try {
      // "wx": of two processes that start at once, one makes the key and the other reads it.
      writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    return readFileSync(file, 'utf8').trim();
  }
}
