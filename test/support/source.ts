import { createServer, type Server } from 'node:http';
import { once } from 'node:events';

export interface SourceRow {
  readonly id: string;
  readonly updatedAt: string;
  readonly [field: string]: unknown;
}

/** A failure that tells when to ask again, in seconds. */
export interface Refusal {
  readonly status: number;
  readonly retryAfter?: number;
}

interface SourceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A source server on loopback with one model, `orders`, whose pages a test can hold back. */
export class Source {
  readonly rows: SourceRow[] = [];
  /** Place of the last row of each page asked for, among all rows; their number where the page was empty. */
  readonly requests: number[] = [];
  /** The span of each request, as it was asked for; null where it had no such end. */
  readonly spans: { readonly since: string | null; readonly before: string | null }[] = [];
  /** For the requests to come, in order: a status code to fail with, or undefined to answer. */
  readonly failures: (number | Refusal | undefined)[] = [];
  private heldFrom = Infinity;
  private waiting: (() => void)[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.answer(new URL(request.url ?? '/', 'http://source')).then(
        ({ status, headers, body }) =>
          response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)),
        () => response.destroy(),
      );
    });
  }

  static async start(): Promise<Source> {
    const source = new Source();
    source.server.listen(0, '127.0.0.1');
    await once(source.server, 'listening');
    return source;
  }

  get origin(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The source is not listening.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Settings of a `rest` connection to this source. */
  settings(pageSize = 50): Record<string, unknown> {
    return {
      baseUrl: this.origin,
      models: {
        orders: {
          path: '/orders',
          recordsPath: 'data',
          idField: 'id',
          updatedAtField: 'updatedAt',
          filter: { from: 'updated_since', to: 'updated_before' },
          sort: { sort: 'updatedAt,id' },
          pagination: { type: 'page', pageParam: 'page', sizeParam: 'per_page' },
          pageSize,
        },
      },
    };
  }

  /** Requests for rows from this place on wait until they are released. */
  hold(row: number): void {
    this.heldFrom = row;
  }

  release(): void {
    this.heldFrom = Infinity;
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** Requests that wait to be released. */
  get waitingRequests(): number {
    return this.waiting.length;
  }

  /** Answers the one that has waited longest; those behind it go on waiting. */
  letOneGo(): void {
    this.waiting.shift()?.();
  }

  async close(): Promise<void> {
    this.release();
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(url: URL): Promise<SourceAnswer> {
    this.spans.push({ since: url.searchParams.get('updated_since'), before: url.searchParams.get('updated_before') });
    const page = Number(url.searchParams.get('page') ?? 1);
    const since = url.searchParams.get('updated_since') ?? '';
    const before = url.searchParams.get('updated_before') ?? '9999';
    const size = Number(url.searchParams.get('per_page') ?? 50);
    const matching = this.rows
      .filter((row) => row.updatedAt >= since && row.updatedAt < before)
      .toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt) || a.id.localeCompare(b.id));
    const rows = matching.slice((page - 1) * size, page * size);
    const last = rows.at(-1);
    const place = last === undefined ? this.rows.length : this.rows.indexOf(last);
    this.requests.push(place);
    if (place >= this.heldFrom) await new Promise<void>((wake) => this.waiting.push(wake));
    const failure = this.failures.shift();
    if (failure === undefined) return { status: 200, headers: {}, body: { data: rows } };
    const { status, retryAfter } = typeof failure === 'number' ? { status: failure } : failure;
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return { status, headers, body: { error: 'made to fail' } };
  }
}
