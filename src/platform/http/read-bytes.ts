import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DomainError } from '../../domain/problem.js';
import type { HttpLimits } from './limits.js';

const unpack = promisify(gunzip);

const tooLarge = (limit: number): DomainError =>
  new DomainError({
    code: 'body_too_large',
    status: 'too_large',
    message: `The body may hold at most ${limit} bytes, unpacked.`,
  });

const late = (): DomainError =>
  new DomainError({ code: 'request_timeout', status: 'request_timeout', message: 'The body took too long to arrive.' });

const cutShort = (): DomainError =>
  new DomainError({ code: 'malformed_body', status: 'malformed', message: 'The body ended too early.' });

/** The bytes of a request's body, unpacked. Throws 413, 408, 415 and 400 malformed_body. */
export async function readBytes(request: IncomingMessage, limits: HttpLimits): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    const message = 'Send the body as it is, or packed with gzip.';
    throw new DomainError({ code: 'unsupported_media_type', status: 'unsupported_media_type', message });
  }
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) throw tooLarge(limits.bodyBytes);
  const bytes = await collect(request, limits);
  return encoding === 'gzip' ? unpacked(bytes, limits) : bytes;
}

function collect(request: IncomingMessage, { bodyBytes, requestTimeout }: HttpLimits): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => reject(late()), requestTimeout);
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= bodyBytes) chunks.push(chunk);
    else reject(tooLarge(bodyBytes));
  });
  request.once('end', () => resolve(Buffer.concat(chunks)));
  request.once('error', () => reject(cutShort()));
  request.once('close', () => reject(cutShort()));
  return promise.finally(() => {
    clearTimeout(timer);
    request.removeAllListeners('data');
  });
}

async function unpacked(bytes: Buffer, { bodyBytes }: HttpLimits): Promise<Buffer> {
  try {
    return await unpack(bytes, { maxOutputLength: bodyBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bodyBytes);
    throw new DomainError({ code: 'malformed_body', status: 'malformed', message: 'The body is not valid gzip.' });
  }
}
