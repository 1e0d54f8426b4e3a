import type { Response } from 'express';
import { etag } from '../platform/etag.js';

/** Sets the ETag of what is answered and passes it on. */
export function tagged<T extends { readonly version: number }>(response: Response, answered: T): T {
  response.setHeader('etag', etag(answered.version));
  return answered;
}
