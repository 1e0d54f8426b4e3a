import { pipeline, type Readable, type Duplex } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { OutboundError } from './outbound-error.js';

export interface BodyRules {
  /** Of the body after decompression. */
  readonly maxBytes: number;
  /**
   * `truncate` keeps the beginning and drops the connection. Such a body is only shown to people, so one that is packed
   * in a way that was not asked for is kept as it is.
   */
  readonly onOverflow: 'error' | 'truncate';
}

export interface ReadBody {
  readonly body: Buffer;
  readonly truncated: boolean;
}

/** What we ask for, and can undo. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

const decoders: ReadonlyMap<string, () => Duplex> = new Map([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
]);

/** Reads a body to its end or to `maxBytes`, undoing one layer of compression on the way. */
export async function readBody(source: Readable, encoding: string, rules: BodyRules): Promise<ReadBody> {
  // Dropping a connection on purpose is reported as an error, which nobody else may be there to hear.
  source.on('error', () => undefined);
  const stream = decoded(source, encoding.trim().toLowerCase(), rules);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const room = rules.maxBytes - size;
    if (chunk.length > room) {
      source.destroy();
      if (rules.onOverflow === 'error')
        throw new OutboundError('too_large', `The answer is larger than ${rules.maxBytes} bytes.`);
      return { body: Buffer.concat([...chunks, chunk.subarray(0, room)]), truncated: true };
    }
    chunks.push(chunk);
    size += chunk.length;
  }
  return { body: Buffer.concat(chunks), truncated: false };
}

function decoded(source: Readable, encoding: string, { onOverflow }: BodyRules): Readable {
  if (encoding === '' || encoding === 'identity') return source;
  const decoder = decoders.get(encoding)?.();
  if (!decoder && onOverflow === 'truncate') return source;
  if (!decoder) {
    source.destroy();
    throw new OutboundError('protocol', 'The answer is compressed in a way that was not asked for.');
  }
  // A broken source breaks the decoder, and a decoder that is left alone frees the source.
  return pipeline(source, decoder, () => undefined);
}
