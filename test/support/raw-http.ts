import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Writes bytes to a socket as they are, and reads the one answer to its end. Pieces are sent `gap` ms apart. */
export async function rawRequest(
  baseUrl: string,
  pieces: string | Buffer | readonly (string | Buffer)[],
  gap = 0,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const ended = once(socket, 'close');
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (isWhole(Buffer.concat(chunks).toString('latin1'))) socket.destroy();
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  for (const piece of Array.isArray(pieces) ? (pieces as (string | Buffer)[]) : [pieces as string | Buffer]) {
    if (socket.destroyed) break;
    socket.write(piece);
    if (gap > 0) await pause(gap);
  }
  await ended;
  return parse(Buffer.concat(chunks).toString('utf8'));
}

function isWhole(text: string): boolean {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return length !== undefined && rest.join('\r\n\r\n').length >= Number(length);
}

function parse(answer: string): RawAnswer {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/:\s*/, 2) as [string, string]));
  const text = rest.join('\r\n\r\n');
  const isJson = (headers.get('content-type') ?? '').includes('json');
  return {
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : {},
  };
}
