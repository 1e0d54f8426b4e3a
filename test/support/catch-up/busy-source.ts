import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export interface ReadSpan {
  readonly since: string | null;
  readonly before: string | null;
}

/** Long enough that runs that may overlap do. */
const ANSWERS_AFTER = 5;

/** A source without records that counts who asks it at the same time, and keeps every span it was asked for. */
export class BusySource {
  /** The most requests at the same time, by `client:…`, `connection:…`, `sync:…` and `host:…`. */
  readonly most = new Map<string, number>();
  /** Spans by sync, as they were asked for. */
  readonly spans = new Map<string, ReadSpan[]>();
  private readonly now = new Map<string, number>();
  private readonly server = createServer((request, response) => {
    this.answer(request).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}'),
      () => response.destroy(),
    );
  });

  static async start(): Promise<BusySource> {
    const source = new BusySource();
    source.server.listen(0, '127.0.0.1');
    await once(source.server, 'listening');
    return source;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The source is not listening.');
    return address.port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(request: IncomingMessage): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://source');
    const [, client = '', connection = '', sync = ''] = url.pathname.split('/');
    const host = (request.headers.host ?? '').split(':', 1)[0] ?? '';
    const keys = [`client:${client}`, `connection:${connection}`, `sync:${sync}`, `host:${host}`];
    const spans = this.spans.get(sync) ?? [];
    this.spans.set(sync, spans);
    spans.push({ since: url.searchParams.get('since'), before: url.searchParams.get('before') });
    for (const key of keys) this.count(key, 1);
    await wait(ANSWERS_AFTER);
    for (const key of keys) this.count(key, -1);
  }

  private count(key: string, change: 1 | -1): void {
    const now = (this.now.get(key) ?? 0) + change;
    this.now.set(key, now);
    this.most.set(key, Math.max(this.most.get(key) ?? 0, now));
  }
}
