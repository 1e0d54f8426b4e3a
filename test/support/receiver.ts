import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The very bytes. */
  readonly body: Buffer;
  /** Milliseconds of the monotonic clock. */
  readonly at: number;
}

/** What a receiver answers to its nth request, 1 the first. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Milliseconds before the answer. */
  readonly delay?: number;
  /** Breaks the connection instead. */
  readonly breaks?: boolean;
}

export interface Receiver {
  readonly origin: string;
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  answer(next: (nth: number) => ReceiverAnswer): void;
  close(): Promise<void>;
}

/** A webhook receiver on loopback that keeps what it gets; it answers 204 until it is told otherwise. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  let answerTo: (nth: number) => ReceiverAnswer = () => ({ status: 204 });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      requests.push({ method, path, headers, body: Buffer.concat(chunks), at: performance.now() });
      const { status, headers: answered = {}, body = '', delay = 0, breaks = false } = answerTo(requests.length);
      const answer = () => (breaks ? request.socket.destroy() : response.writeHead(status, answered).end(body));
      if (delay === 0) answer();
      else sleep(delay, undefined, { ref: false }).then(answer, () => undefined);
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/hook`,
    requests,
    answer: (next) => {
      answerTo = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
