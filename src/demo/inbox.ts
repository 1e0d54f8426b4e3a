import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InboxMessage } from './inbox-message.js';
import { inboxPage } from './inbox-page.js';
import { Mailbox } from './mailbox.js';

export interface InboxOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Called once per message, on its first arrival. */
  readonly onMessage?: (message: InboxMessage) => void;
}

export interface Inbox {
  readonly url: string;
  /** The signing secret of the endpoint; until it is known, deliveries are answered 503 and come again. */
  setSecret(secret: string): void;
  /** The newest 100, newest first. */
  messages(): readonly InboxMessage[];
  close(): Promise<void>;
}

/** Bodies stay under 20 kB; what is larger is no message. */
const MAX_BODY_BYTES = 64 * 1024;

/** A webhook receiver on loopback, as a client would write one: verify, drop what came before, answer fast. */
export async function startInbox({ port, onMessage = () => undefined }: InboxOptions): Promise<Inbox> {
  const mailbox = new Mailbox(onMessage);
  const server = createServer((request, response) => {
    answer(mailbox, request).then(
      (given) => send(response, given),
      () => response.destroy(),
    );
  });
  await listening(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    setSecret: (secret) => mailbox.setSecret(secret),
    messages: () => mailbox.messages(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((done, failed) => {
    server.once('error', failed).listen(port, '127.0.0.1', done);
  });

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

async function answer(mailbox: Mailbox, request: IncomingMessage): Promise<Answer> {
  if (request.method === 'POST') {
    const body = await bodyOf(request);
    return { status: body === undefined ? 413 : mailbox.take(request.headers, body) };
  }
  const { pathname } = new URL(request.url ?? '/', 'http://inbox');
  if (pathname === '/') return { status: 200, type: 'text/html', body: inboxPage(mailbox.messages()) };
  if (pathname !== '/messages') return { status: 404 };
  return { status: 200, type: 'application/json', body: JSON.stringify(mailbox.messages()) };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  const headers = type ? { 'content-type': `${type}; charset=utf-8`, 'x-content-type-options': 'nosniff' } : {};
  response.writeHead(status, headers).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}
