import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { Webhook } from 'standardwebhooks';
import { newSigningSecret } from '../../src/platform/signing/signing-secret.js';
import { schemaProblems } from './contract.js';
import type { TestClient } from './world.js';

/** What a handler was told, its signature verified. */
export interface Told {
  readonly id: string;
  readonly type: string;
  // Held against the contract when it came.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

export interface HandlerAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client's own code on loopback. It accepts every run, and does nothing, until it is told otherwise. */
export class Handler {
  readonly secret = newSigningSecret();
  readonly told: Told[] = [];
  /** What was wrong with what came: the signature, or the contract. */
  readonly problems: string[] = [];
  private answerTo: (told: Told) => HandlerAnswer | Promise<HandlerAnswer> = () => ({ status: 202 });
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.take(Buffer.concat(chunks).toString(), request.headers as Record<string, string>).then(
          ({ status, body = '', headers = {} }) =>
            response
              .writeHead(status, { 'content-type': 'application/json', ...headers })
              .end(typeof body === 'string' ? body : JSON.stringify(body)),
          () => response.destroy(),
        );
      });
    });
  }

  static async start(): Promise<Handler> {
    const handler = new Handler();
    handler.server.listen(0, '127.0.0.1');
    await once(handler.server, 'listening');
    return handler;
  }

  get origin(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The handler is not listening.');
    return `http://127.0.0.1:${address.port}`;
  }

  answer(next: (told: Told) => HandlerAnswer | Promise<HandlerAnswer>): void {
    this.answerTo = next;
  }

  /** Starts of runs, oldest first. */
  starts(runId?: string): readonly Told[] {
    return this.told.filter(({ type, data }) => type === 'sync.run.start' && (runId ?? data.runId) === data.runId);
  }

  aborts(): readonly Told[] {
    return this.told.filter(({ type }) => type === 'sync.run.abort');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async take(body: string, headers: Record<string, string>): Promise<HandlerAnswer> {
    const told = { ...(JSON.parse(body) as Omit<Told, 'id'>), id: headers['webhook-id'] ?? '' };
    this.problems.push(...problemsOf(body, headers, this.secret));
    this.told.push(told);
    return this.answerTo(told);
  }
}

/** The clock of a test may be anywhere, so that the age of a signature proves nothing here. */
function problemsOf(body: string, headers: Record<string, string>, secret: string): readonly string[] {
  const { type } = JSON.parse(body) as { readonly type: string };
  const sentAt = new Date(Number(headers['webhook-timestamp']) * 1000);
  const signed = new Webhook(secret).sign(headers['webhook-id'] ?? '', sentAt, body);
  const wrong = signed === headers['webhook-signature'] ? [] : [`${type} is not signed with the secret`];
  const large = body.length > 20_480 ? [`${type} has ${body.length} bytes`] : [];
  const place = ['webhooks', type, 'post', 'requestBody', 'content', 'application/json', 'schema'];
  return [...wrong, ...large, ...schemaProblems(place, JSON.parse(body)).map((problem) => `${type} ${problem}`)];
}

export interface HandledShop {
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId: string;
}

/** A company whose data the handler reads. */
export async function connectHandler(
  { api }: TestClient,
  handler: Handler,
  options: { readonly settings?: Record<string, unknown>; readonly sync?: Record<string, unknown> } = {},
): Promise<HandledShop> {
  const created = async (path: string, body: unknown): Promise<string> => {
    const answer = await api('POST', path, body);
    if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  };
  const companyId = await created('/v1/companies', { name: 'Corner Shop', tags: { region: 'uk' } });
  const connectionId = await created(`/v1/companies/${companyId}/connections`, {
    platform: 'handler',
    name: 'Till',
    settings: { url: `${handler.origin}/run`, ...options.settings },
    credentials: { secret: handler.secret },
  });
  const syncId = await created(`/v1/connections/${connectionId}/syncs`, { name: 'all', ...options.sync });
  return { companyId, connectionId, syncId };
}
