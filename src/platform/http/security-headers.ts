import type { RequestHandler } from 'express';

/** The API serves no page, so a browser may do nothing with what it answers. */
export const securityHeaders: RequestHandler = (_, response, next) => {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
  next();
};
