import { setTimeout as sleep } from 'node:timers/promises';
import type { Shop } from './shops.js';

/** Milliseconds between two questions. */
const EVERY = 200;

/** A caller who asks for coverages while processes are harmed: at no time may one have a gap or an overlap. */
export class CoverageWatch {
  readonly findings: string[] = [];
  asked = 0;

  /** Asks for one after the other, in turn, until it is told to stop. */
  async run(shops: readonly Shop[], signal: AbortSignal): Promise<void> {
    for (let n = 0; !signal.aborted; n += 1) {
      const shop = shops[n % shops.length];
      if (shop) await this.ask(shop).catch((error: unknown) => this.failed(String(error)));
      await sleep(EVERY, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Where every API process is killed before it is up, nobody can answer. */
  private failed(error: string): void {
    if (!error.includes('was not answered within')) this.findings.push(error);
  }

  private async ask({ name, syncId, client }: Shop): Promise<void> {
    const { gaps, overlaps } = await client.api.ask('GET', `/v1/syncs/${syncId}/coverage`);
    this.asked += 1;
    if (gaps.length + overlaps.length > 0)
      this.findings.push(`${name} (${syncId}) had gaps or overlaps: ${JSON.stringify({ gaps, overlaps })}`);
  }
}
