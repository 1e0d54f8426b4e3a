import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ShopRecord {
  readonly id: string;
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly updatedAt: string;
}

/** One request for a page, as the source saw it. Appended to, never changed. */
export interface Served {
  readonly shop: string;
  /** Milliseconds since 1970 on the database's clock, when the request came. */
  readonly at: number;
  /** When it came, and when it was answered or nobody waited for an answer any more: milliseconds of this process. */
  readonly began: number;
  readonly ended: number;
  readonly since: string;
  readonly before: string;
  /** Where the page begins; empty for the first. */
  readonly after: string;
  readonly status: number;
  /** `id@version` of each record on the page. */
  readonly records: readonly string[];
  /** Nothing follows this page. */
  readonly isLast: boolean;
}

export interface SourceOptions {
  readonly now: () => number;
  readonly random: () => number;
  /** How many requests in a hundred are answered 503. */
  readonly failing: number;
  /** The shortest and the longest time an answer takes, in milliseconds. */
  readonly takes: readonly [number, number];
}

export interface SourceSettings {
  readonly pageSize: number;
  /** By which the product knows the source: `127.0.0.1` or `localhost`. */
  readonly host?: string;
}

/** Keyset paging: a record that changes while it is listed moves to a later span, and shifts nobody else. */
const keyOf = ({ updatedAt, id }: ShopRecord): string => `${updatedAt} ${id}`;
const byKey = (a: ShopRecord, b: ShopRecord): number => (keyOf(a) < keyOf(b) ? -1 : 1);

/** The shops' API: one server, a listing for each shop, and a log of all it has answered. */
export class SourceServer {
  readonly log: Served[] = [];
  private readonly shops = new Map<string, ShopRecord[]>();
  private readonly server: Server;

  private constructor(private readonly options: SourceOptions) {
    this.server = createServer((request, response) => {
      this.answer(new URL(request.url ?? '/', 'http://source'), response).catch(() => response.destroy());
    });
  }

  static async start(options: SourceOptions): Promise<SourceServer> {
    const source = new SourceServer(options);
    await new Promise<void>((done) => source.server.listen(0, '127.0.0.1', done));
    return source;
  }

  /** As the product may call it. */
  get origins(): readonly string[] {
    return ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${this.port}`);
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Settings of a `rest` connection whose models are the listings of these shops. */
  settings(shops: Readonly<Record<string, string>>, { pageSize, host = '127.0.0.1' }: SourceSettings) {
    const models = Object.entries(shops).map(([model, shop]) => [model, modelOf(shop, pageSize)]);
    return { baseUrl: `http://${host}:${this.port}`, models: Object.fromEntries(models) };
  }

  add(shop: string, records: readonly ShopRecord[]): void {
    this.shops.set(shop, [...this.recordsOf(shop), ...records].sort(byKey));
  }

  recordsOf(shop: string): readonly ShopRecord[] {
    return this.shops.get(shop) ?? [];
  }

  /** A new version of a record that is there already, changed now; answers whether there was one. */
  edit(shop: string): boolean {
    const { now, random } = this.options;
    const present = new Date(now()).toISOString();
    const known = this.recordsOf(shop).filter(({ updatedAt }) => updatedAt < present);
    const chosen = known[Math.floor(random() * known.length)];
    if (!chosen) return false;
    const others = this.recordsOf(shop).filter(({ id }) => id !== chosen.id);
    const edited = { id: chosen.id, version: chosen.version + 1, updatedAt: present };
    this.shops.set(shop, [...others, edited].sort(byKey));
    return true;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(url: URL, response: ServerResponse): Promise<void> {
    const { now, random, failing, takes } = this.options;
    const [at, began] = [now(), performance.now()];
    let left = Infinity;
    response.once('close', () => (left = performance.now()));
    const shop = url.pathname.split('/')[1] ?? '';
    const parameter = (name: string): string => url.searchParams.get(name) ?? '';
    const place = { since: parameter('since'), before: parameter('before'), after: parameter('after') };
    const { since, before, after } = place;
    await sleep(takes[0] + random() * (takes[1] - takes[0]));
    const asked = { shop, at, began, ended: Math.min(left, performance.now()), ...place };
    if (random() * 100 < failing) {
      this.log.push({ ...asked, status: 503, records: [], isLast: false });
      return void response.writeHead(503).end();
    }
    const matching = this.recordsOf(shop)
      .filter(({ updatedAt }) => updatedAt >= since && updatedAt < before)
      .filter((record) => keyOf(record) > after);
    const data = matching.slice(0, Number(parameter('size')));
    const last = data.at(-1);
    const isLast = data.length === matching.length;
    this.log.push({ ...asked, status: 200, records: data.map(nameOf), isLast });
    const body = { data, next: isLast || !last ? null : keyOf(last) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

/** A record in the state it is in. */
export const nameOf = ({ id, version }: Pick<ShopRecord, 'id' | 'version'>): string => `${id}@${version}`;

const modelOf = (shop: string, pageSize: number) => ({
  path: `/${shop}/orders`,
  recordsPath: 'data',
  idField: 'id',
  updatedAtField: 'updatedAt',
  filter: { from: 'since', to: 'before' },
  sort: { sort: 'updatedAt,id' },
  pagination: { type: 'cursor', cursorParam: 'after', cursorPath: 'next', sizeParam: 'size' },
  pageSize,
});
