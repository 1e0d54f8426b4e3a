import type { Request, RequestHandler } from 'express';
import { DomainError } from '../../domain/problem.js';
import type { Contract } from '../openapi.js';
import { pathOf } from './request-path.js';

/** Headers of which a second one would be dropped by Node without a word. */
const single: readonly string[] = ['authorization', 'if-match', 'idempotency-key', 'content-type', 'content-encoding'];
/** Paths where the contract has the last word. */
const governed = /^\/(v1|admin|flow)(\/|$)/i;

/** Refuses what no route should ever see, before anybody asks who is calling. */
export function guardRequest(contract: Contract): RequestHandler {
  return (request, response, next) => {
    refuseDoubledHeaders(request);
    refuseMissingHost(request);
    refuseMalformedPath(request);
    if (request.method === 'TRACE') throw methodNotAllowed();
    const path = contract.find(pathOf(request));
    if (!path) {
      if (governed.test(pathOf(request))) throw notFound();
      next();
      return;
    }
    const isKnown = path.operations.has(request.method === 'HEAD' ? 'GET' : request.method);
    if (isKnown) {
      next();
      return;
    }
    response.setHeader('allow', path.allow);
    if (request.method !== 'OPTIONS') throw methodNotAllowed();
    response.status(204).end();
  };
}

function refuseDoubledHeaders({ rawHeaders }: Request): void {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const doubled = single.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (doubled === undefined) return;
  throw malformed('malformed_request', `The header ${doubled} is given more than once.`);
}

function refuseMissingHost({ headers, httpVersion }: Request): void {
  if (httpVersion !== '1.1' || headers.host !== undefined) return;
  throw malformed('malformed_request', 'The header host is missing.');
}

function refuseMalformedPath(request: Request): void {
  try {
    decodeURIComponent(pathOf(request));
  } catch {
    throw malformed('malformed_path', 'The path holds a percent sign that begins no UTF-8 character.');
  }
}

const malformed = (code: 'malformed_request' | 'malformed_path', message: string): DomainError =>
  new DomainError({ code, status: 'malformed', message });
const methodNotAllowed = (): DomainError =>
  new DomainError({
    code: 'method_not_allowed',
    status: 'method_not_allowed',
    message: 'This path does not have this method.',
  });
const notFound = (): DomainError => new DomainError({ code: 'not_found', status: 'not_found', message: 'Not found.' });
