import type { IncomingHttpHeaders } from 'node:http';

/** What of a request tells which page sent it. All of it is set by the browser, and none of it by the page. */
export interface PageRequest {
  readonly headers: IncomingHttpHeaders;
  /** `http` or `https`, as it reached us. */
  readonly protocol: string;
}

/** Which page sent a request: one of another origin, one of our own, or nobody knows. */
export type Sender = { readonly kind: 'own' } | { readonly kind: 'origin'; readonly origin: string } | 'unknown';

/**
 * A page of our own says so by `Origin`, or, in a GET, which has none, by `Sec-Fetch-Site`. `publicUrl` is our own
 * origin where it is set. Where it is not, it is the one that the request came to; behind a proxy that ends TLS that
 * reaches us under another scheme: then both must agree that it is ours.
 */
export function senderOf({ headers, protocol }: PageRequest, publicUrl: string | undefined): Sender {
  const { origin, host } = headers;
  const isSameOrigin = headers['sec-fetch-site'] === 'same-origin';
  if (origin === undefined) return isSameOrigin ? { kind: 'own' } : 'unknown';
  if (origin === publicUrl) return { kind: 'own' };
  if (publicUrl === undefined && host !== undefined) {
    if (origin === `${protocol}://${host}`) return { kind: 'own' };
    if (isSameOrigin && origin === `https://${host}`) return { kind: 'own' };
  }
  return origin === 'null' ? 'unknown' : { kind: 'origin', origin };
}

/** Whether a session lets the page in. Exactly: no prefix, no suffix, no other case, no other port. */
export const lets = ({ allowedOrigins }: { readonly allowedOrigins: readonly string[] }, sender: Sender): boolean =>
  sender !== 'unknown' && (sender.kind === 'own' || allowedOrigins.includes(sender.origin));
