import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One POST, as the receiver saw it. Appended to, never changed. */
export interface Received {
  readonly id: string;
  readonly clientId: string;
  readonly body: string;
  readonly isVerified: boolean;
  readonly isAccepted: boolean;
}

export interface InboxOptions {
  /** Milliseconds since 1970 on the database's clock. */
  readonly now: () => number;
  readonly random: () => number;
  /** How many requests in a hundred are answered 500, after they have been received. */
  readonly failing: number;
}

/**
 * How far the time of a signature may be ahead, in milliseconds. How old it is says nothing here: a turn that was
 * begun before the clock was moved on signs by the old one to its end.
 */
const AHEAD = 300_000;

/**
 * Receives the messages of all clients, each on a path of its own, and verifies them by the letter of Standard Webhooks:
 * the libraries that do so read the clock of this machine, and the messages are signed by that of the database.
 */
export class WebhookInbox {
  readonly log: Received[] = [];
  private readonly secrets = new Map<string, Buffer>();
  private readonly server: Server;

  private constructor(private readonly options: InboxOptions) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const isAccepted = this.receive(request.url ?? '', request.headers, body);
        response.writeHead(isAccepted ? 204 : 500).end();
      });
    });
  }

  static async start(options: InboxOptions): Promise<WebhookInbox> {
    const inbox = new WebhookInbox(options);
    await new Promise<void>((done) => inbox.server.listen(0, '127.0.0.1', done));
    return inbox;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  urlFor(clientId: string): string {
    return `${this.origin}/${clientId}`;
  }

  expect(clientId: string, secret: string): void {
    this.secrets.set(clientId, Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private receive(path: string, headers: Record<string, unknown>, body: string): boolean {
    const clientId = path.slice(1);
    const isVerified = this.verifies(clientId, headers, body);
    const isAccepted = this.options.random() * 100 >= this.options.failing;
    this.log.push({ id: String(headers['webhook-id']), clientId, body, isVerified, isAccepted });
    return isAccepted;
  }

  private verifies(clientId: string, headers: Record<string, unknown>, body: string): boolean {
    const secret = this.secrets.get(clientId);
    const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) =>
      String(headers[`webhook-${name}`]),
    );
    if (!secret || !(Number(timestamp) * 1000 - this.options.now() < AHEAD)) return false;
    const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return String(signature).split(' ').includes(`v1,${expected}`);
  }
}
