import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const CHUNK = Buffer.alloc(64 * 1024, ' ');

function* chunks(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += CHUNK.length) yield CHUNK;
}

/** Answers with so many bytes of nothing, as long as somebody takes them. */
export const pour = (response: ServerResponse, bytes: number): void =>
  void pipeline(Readable.from(chunks(bytes)), response).catch(() => undefined);
