import { createServer, type Server } from 'node:http';
import { close, listen } from './list-source.js';

export interface ListedRow {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A source that lists everything and filters nothing: its model `orders` is audited. Rows are made as they are asked for. */
export class UnfilteredSource {
  /** How many rows there are places for. */
  places = 0;
  /** What is at a place, from 0; undefined where the record is gone. */
  row: (place: number) => ListedRow | undefined = () => undefined;
  /** The place each page asked for begins at. */
  readonly requests: number[] = [];
  /** For pages to come that begin at these places: answered with something that is no JSON, once each. */
  readonly failingOnce = new Set<number>();
  /** Where pages begin that are not answered until released. */
  private heldFrom = Infinity;
  private waiting: (() => void)[] = [];

  private constructor(
    readonly origin: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<UnfilteredSource> {
    const server = createServer();
    const source = new UnfilteredSource(await listen(server), server);
    server.on('request', (request, response) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://source');
      const from = Number(searchParams.get('cursor') ?? 0);
      void source
        .page(from, Number(searchParams.get('size')))
        .then((body) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
    });
    return source;
  }

  /** Holds these rows. */
  holds(rows: readonly ListedRow[]): void {
    this.places = rows.length;
    this.row = (place) => rows[place];
  }

  /** Settings of a `rest` connection to this source; with `updatedAt` where the rows have it. */
  settings(pageSize = 50, updatedAt = false): Record<string, unknown> {
    return {
      baseUrl: this.origin,
      models: {
        orders: {
          path: 'orders',
          recordsPath: 'data',
          pagination: { type: 'cursor', cursorParam: 'cursor', cursorPath: 'next', sizeParam: 'size' },
          pageSize,
          ...(updatedAt ? { updatedAtField: 'updatedAt' } : {}),
        },
      },
    };
  }

  hold(place: number): void {
    this.heldFrom = place;
  }

  release(): void {
    this.heldFrom = Infinity;
    for (const wake of this.waiting.splice(0)) wake();
  }

  async close(): Promise<void> {
    this.release();
    await close(this.server);
  }

  private async page(from: number, size: number): Promise<string> {
    this.requests.push(from);
    while (from >= this.heldFrom) await new Promise<void>((wake) => this.waiting.push(wake));
    if (this.failingOnce.delete(from)) return 'not today';
    const end = Math.min(from + size, this.places);
    const data = Array.from({ length: end - from }, (_, index) => this.row(from + index)).filter(Boolean);
    return JSON.stringify({ data, next: end < this.places ? String(end) : null });
  }
}
