import type { RequestHandler, Response } from 'express';
import { pathOf } from './request-path.js';

const METHODS = 'GET, POST, PUT';
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, if-match, if-none-match, x-request-id';
const ANSWER_HEADERS = 'etag, idempotency-replayed, ratelimit, ratelimit-policy, retry-after, x-request-id';
/** Seconds a browser need not ask again. */
const MAX_AGE = '7200';

/**
 * Answers the question that browsers ask before a request of another origin, for the set-up page's API alone. Anybody
 * is told yes: no session is known yet, and the request itself is refused where the origin is not the session's.
 */
export const flowPreflight: RequestHandler = (request, response, next) => {
  if (!pathOf(request).startsWith('/flow/v1/')) return next();
  response.vary('Origin');
  const { origin } = request.headers;
  if (request.method === 'OPTIONS' && origin !== undefined && origin !== 'null') {
    allowOrigin(response, origin);
    response.setHeader('access-control-allow-methods', METHODS);
    response.setHeader('access-control-allow-headers', REQUEST_HEADERS);
    response.setHeader('access-control-max-age', MAX_AGE);
  }
  next();
};

/** Lets a page of the origin read the answer. No credentials: the token is sent by the page, never by the browser. */
export function allowOrigin(response: Response, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', ANSWER_HEADERS);
}
