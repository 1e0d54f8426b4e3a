import type { Outbound } from '../platform/outbound/outbound.js';

export interface DemoAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT = 20_000;
const MAX_BYTES = 1_000_000;

/** The product's own API, used as anyone would use it: over HTTP, with a key. */
export class DemoApi {
  constructor(
    private readonly outbound: Outbound,
    private readonly baseUrl: string,
  ) {}

  async request(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    { key, body }: { readonly key: string; readonly body?: unknown },
  ): Promise<DemoAnswer> {
    const answer = await this.outbound.request({
      method,
      url: new URL(path, this.baseUrl).href,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeout: TIMEOUT,
      maxBytes: MAX_BYTES,
    });
    const text = answer.body.toString('utf8');
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as DemoAnswer['body'] };
  }

  /** Creates and answers the body; throws with the problem where the product refuses. */
  async create(path: string, request: { readonly key: string; readonly body: unknown }): Promise<DemoAnswer['body']> {
    const { status, body } = await this.request('POST', path, request);
    if (status !== 201) throw new Error(`The demo could not create ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}
