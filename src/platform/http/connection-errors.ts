import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { DomainError } from '../../domain/problem.js';
import { problemOf, PROBLEM_TYPE } from '../problem.js';
import { newRequestId } from './request-id.js';

/** Node's answer to what is no HTTP is a bare status line; ours is a problem document like any other. */
export function answerConnectionErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(refusalFor(error.code ?? '')));
  });
}

function refusalFor(code: string): DomainError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = 'Request line and headers may hold 16 kB together.';
    return new DomainError({ code: 'headers_too_large', status: 'headers_too_large', message });
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new DomainError({
      code: 'request_timeout',
      status: 'request_timeout',
      message: 'The request took too long.',
    });
  }
  return new DomainError({ code: 'malformed_request', status: 'malformed', message: 'The request is not valid HTTP.' });
}

function rawAnswer(error: DomainError): string {
  const problem = problemOf(error, newRequestId());
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${PROBLEM_TYPE}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${problem.requestId}`,
    'x-content-type-options: nosniff',
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
