import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** What the source holds. It can change between two readings. */
export interface SourceContent {
  readonly records: number;
  /** Every so-manieth record is edited once more; none unless given. */
  readonly editedEvery?: number;
  /** Every so-manieth record is gone; none unless given. */
  readonly goneEvery?: number;
}

export interface JsonSource {
  readonly url: string;
  holds(content: SourceContent): Promise<void>;
  close(): unknown;
}

const SERVE = 'serve-json';

const isEvery = (n: number, every: number | undefined): boolean => every !== undefined && n % every === 0;

/** One order as JSON, 400 bytes or so. */
function order(n: number, edits: number): string {
  const updatedAt = new Date(Date.UTC(2026, 0, 1) + n * 1_000 + edits * 86_400_000).toISOString();
  const customer = `{"id":${n % 5_003},"name":"Customer ${n % 5_003}","email":"customer${n % 5_003}@example.com"}`;
  const line = (at: number) =>
    `{"sku":"SKU-${(n * 7 + at) % 991}","title":"Thing no. ${at}","quantity":${at + 1},"price":"12.50"}`;
  return (
    `{"id":"order-${String(n).padStart(9, '0')}","updatedAt":"${updatedAt}","number":${n},"status":"paid",` +
    `"currency":"EUR","total":"${(n % 900) + edits}.90","customer":${customer},"lines":[${line(0)},${line(1)}],"note":null}`
  );
}

function page({ records, editedEvery, goneEvery }: SourceContent, from: number, size: number): string {
  const found: string[] = [];
  for (let n = from; n < Math.min(from + size, records); n += 1) {
    if (!isEvery(n, goneEvery)) found.push(order(n, isEvery(n, editedEvery) ? 1 : 0));
  }
  return `{"next":${from + size < records ? from + size : 'null'},"data":[${found.join(',')}]}`;
}

/** Made on the fly in a process of its own, so that neither memory nor time of the reader goes into it. */
function serve(): void {
  let content: SourceContent = { records: 0 };
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://source');
    const body = page(content, Number(searchParams.get('cursor') ?? 0), Number(searchParams.get('size') ?? 1_000));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  process.on('message', (message: SourceContent) => {
    content = message;
    process.send?.(content);
  });
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

if (process.argv[2] === SERVE) serve();

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

/** A JSON API on loopback with any number of records, paged by a cursor. */
export async function startJsonSource(): Promise<JsonSource> {
  const child = fork(fileURLToPath(import.meta.url), [SERVE]);
  const port = await answerOf<number>(child);
  return {
    url: `http://127.0.0.1:${port}`,
    holds: async (content) => {
      child.send(content);
      await answerOf(child);
    },
    close: () => child.kill(),
  };
}
