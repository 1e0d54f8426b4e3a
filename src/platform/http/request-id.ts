import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

/** What a caller's own id may look like: safe in logs and headers. */
const SANE = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

type IdentifiedRequest = Request & { id?: unknown };

export const newRequestId = (): string => randomBytes(8).toString('hex');

/** The id of a request, the same in the answer, the logs and a problem document. */
export function requestIdOf(request: Request): string {
  const known = (request as IdentifiedRequest).id;
  return typeof known === 'string' ? known : newRequestId();
}

/** Gives each request an id, the caller's own where it is sane, and says it in `x-request-id`. */
export const identifyRequest: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && SANE.test(given) ? given : newRequestId();
  (request as IdentifiedRequest).id = id;
  response.setHeader('x-request-id', id);
  next();
};
