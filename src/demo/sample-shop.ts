import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sampleModels } from '../connectors/sample/sample-models.js';
import type { RestSettings } from '../connectors/rest/rest-settings.js';
import type { Instant } from '../domain/time/instant.js';
import { answerList, BadListRequest } from './sample-lists.js';
import { SampleStock } from './sample-stock.js';

export interface SampleShopOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Tells the time; asked at every request. */
  readonly now: () => Instant;
  /** When the shop opened; its history is the 90 days before. The same opening makes the same shop. */
  readonly openedAt?: Instant;
  readonly seed?: number;
}

export interface SampleShop {
  readonly url: string;
  /** What requests carry as `Authorization: Bearer …`. */
  readonly token: string;
  /** The shop as a `rest` connection describes it. */
  readonly settings: RestSettings;
  close(): Promise<void>;
}

/** No secret: the shop is made up, and answers on this machine only. */
const TOKEN = 'sample-shop-token';

/** A small shop with an HTTP API on loopback, where something is bought or changed every few seconds. */
export async function startSampleShop({ port, now, openedAt, seed = 1 }: SampleShopOptions): Promise<SampleShop> {
  const stock = new SampleStock(openedAt ?? now(), seed);
  const server = createServer((request, response) => {
    stock.advance(now());
    answer(request, response, stock);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${taken}`;
  return {
    url,
    token: TOKEN,
    settings: { baseUrl: url, auth: { type: 'bearer' }, models: sampleModels },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, stock: SampleStock): void {
  if (request.headers.authorization !== `Bearer ${TOKEN}`)
    return reply(response, 401, { message: 'A token is needed.' });
  if (request.method !== 'GET') return reply(response, 405, { message: 'The shop can only be read.' });
  const target = `http://${request.headers.host ?? 'shop'}${request.url ?? '/'}`;
  try {
    const list = URL.canParse(target) ? answerList(stock, new URL(target)) : undefined;
    if (list === undefined) return reply(response, 404, { message: 'There is no such list.' });
    return reply(response, 200, list.body, list.headers);
  } catch (error) {
    if (error instanceof BadListRequest) return reply(response, 400, { message: error.message });
    throw error;
  }
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
