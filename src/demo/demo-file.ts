import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectedCompany } from './connected-company.js';

/** What a start made, for the next start and for scripts. */
export interface DemoState {
  readonly clientId: string;
  readonly apiKey: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly connectionIds: readonly string[];
  readonly syncId: string;
  readonly endpointId: string;
  readonly inboxSecret: string;
  /** Of the page at /demo; absent in what was written before there was one. */
  readonly merchant?: ConnectedCompany;
}

/** `.data/demo.json`: where everything is, and the keys. */
export interface DemoFacts extends DemoState {
  readonly baseUrl: string;
  readonly adminKey: string;
  readonly inboxUrl: string;
  readonly shopUrl: string;
  /** ISO 8601; the same opening makes the same shop. */
  readonly shopOpenedAt: string;
}

export class DemoFile {
  private readonly path: string;

  constructor(private readonly dataDir: string) {
    this.path = join(dataDir, 'demo.json');
  }

  /** Undefined on the first start. */
  read(): DemoFacts | undefined {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as DemoFacts;
    } catch {
      return undefined;
    }
  }

  write(facts: DemoFacts): void {
    mkdirSync(this.dataDir, { recursive: true });
    // Replaced as a whole, so that a script never reads half of it.
    writeFileSync(`${this.path}.new`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }
}
