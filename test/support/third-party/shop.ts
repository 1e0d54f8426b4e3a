import { instantOf, MINUTE, type Instant } from '../../../src/domain/time/instant.js';
import type { ThirdPartyServer } from './third-party-server.js';

interface Day {
  readonly start: Instant;
  /** Excluded. */
  readonly finish: Instant;
}

/** More than a page of them share an instant. */
const TIED = 15;
const AT_FIRST = 45;

/** A shop that keeps its items on a server, with what it knows of them itself. */
export class Shop {
  /** Titles by id. */
  readonly items = new Map<string, string>();
  /** Those that were there once, as they last were. */
  readonly removed = new Map<string, string>();
  private days = 0;
  private count = 0;

  private constructor(
    private readonly server: ThirdPartyServer,
    private readonly name: string,
  ) {}

  /** Opens with items that were put there in the course of a day; what an earlier shop left is cleared away. */
  static async open(server: ThirdPartyServer, { start, finish }: Day): Promise<Shop> {
    for (const id of (await server.content()).keys()) await server.remove(id);
    shops += 1;
    const shop = new Shop(server, `shop${shops}`);
    const step = Math.floor((finish - start) / (AT_FIRST / TIED));
    for (let n = 0; n < AT_FIRST; n += 1) await shop.add(instantOf(start + Math.floor(n / TIED) * step));
    return shop;
  }

  /** A day of trade, from its first millisecond to its last: a tenth is edited, four items come and three go. */
  async trade({ start, finish }: Day): Promise<Readonly<Record<'added' | 'edited' | 'removed', number>>> {
    this.days += 1;
    const ids = [...this.items.keys()];
    const edited = ids.filter((_, index) => index % 6 === this.days % 6);
    const removed = ids.filter((id) => !edited.includes(id)).slice(0, 3);
    await this.edit(edited[0] ?? '', start);
    for (const id of edited.slice(1)) await this.edit(id, instantOf(finish - 1));
    for (let n = 0; n < 4; n += 1) await this.add(instantOf(start + n * MINUTE));
    for (const id of removed) await this.remove(id);
    return { added: 4, edited: edited.length, removed: removed.length };
  }

  /** Trade without a pause from an instant on, until it is stopped; `stop` answers how many changes there were. */
  tradeFrom(start: Instant): { stop(): Promise<number> } {
    const stopping = new AbortController();
    const trading = this.tradeUntil(stopping.signal, start);
    return {
      stop: () => {
        stopping.abort();
        return trading;
      },
    };
  }

  private async tradeUntil(stopped: AbortSignal, start: Instant): Promise<number> {
    let changes = 0;
    for (; !stopped.aborted; changes += 1) {
      const ids = [...this.items.keys()];
      const at = instantOf(start + changes);
      // From both ends, so that listings move before and behind the place where they are read.
      if (changes % 7 === 0) await this.remove(ids[changes % 2 === 0 ? 0 : ids.length - 1] ?? '');
      else if (changes % 5 === 0) await this.add(at);
      else await this.edit(ids[(changes * 11) % ids.length] ?? '', at);
    }
    return changes;
  }

  private async add(at: Instant): Promise<void> {
    this.count += 1;
    await this.write(`${this.name}-item${this.count}`, 'new', at);
  }

  private async edit(id: string, at: Instant): Promise<void> {
    await this.write(id, `${this.items.get(id)}, edited`, at);
  }

  private async write(id: string, title: string, at: Instant): Promise<void> {
    await this.server.put(id, title, at);
    this.items.set(id, title);
  }

  private async remove(id: string): Promise<void> {
    await this.server.remove(id);
    this.removed.set(id, this.items.get(id) ?? '');
    this.items.delete(id);
  }
}

let shops = 0;
