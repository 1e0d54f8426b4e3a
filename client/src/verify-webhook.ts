import type { components } from '../../src/platform/openapi.types.js';
import { WebhookVerificationError } from './webhook-verification-error.js';

export { WebhookVerificationError, type WebhookVerificationCode } from './webhook-verification-error.js';

/** The body of a message; `type` tells which. */
export type WebhookEvent = components['schemas']['SyncEvent'];

export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookToVerify {
  /** `whsec_…` as the endpoint's creation showed it; several while one is being replaced. */
  readonly secret: string | readonly string[];
  readonly headers: WebhookHeaders;
  /** The very bytes of the request: a body that was parsed and written again is another one. */
  readonly body: string | Uint8Array;
  /** Seconds that the sender's clock may differ from ours. */
  readonly tolerance?: number;
  /** Epoch milliseconds. */
  readonly now?: number;
}

const USUAL_TOLERANCE = 300;
const LEAST_SECRET_BYTES = 24;
const VERSION = 'v1,';

/**
 * The event of a message that Meridian sent, by Standard Webhooks 1.0. Throws WebhookVerificationError: answer such a
 * request with 401. A message may come twice, under the same `webhook-id`; dropping the second is up to the receiver.
 */
export async function verifyWebhook(webhook: WebhookToVerify): Promise<WebhookEvent> {
  const { tolerance = USUAL_TOLERANCE, now = Date.now() } = webhook;
  const id = headerOf(webhook.headers, 'webhook-id');
  const timestamp = headerOf(webhook.headers, 'webhook-timestamp');
  const signatures = headerOf(webhook.headers, 'webhook-signature');
  // Number() and parseInt() take more than digits, and what they ignore would still be signed.
  if (!/^[0-9]{1,12}$/.test(timestamp)) throw new WebhookVerificationError('invalid_headers');
  const age = Math.floor(now / 1000) - Number(timestamp);
  if (age > tolerance) throw new WebhookVerificationError('timestamp_too_old');
  if (-age > tolerance) throw new WebhookVerificationError('timestamp_too_new');
  const body = typeof webhook.body === 'string' ? new TextEncoder().encode(webhook.body) : webhook.body;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  if (!(await isSigned(signed, signatures, [webhook.secret].flat()))) {
    throw new WebhookVerificationError('signature_mismatch');
  }
  return JSON.parse(new TextDecoder().decode(body)) as WebhookEvent;
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = isHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (value === undefined || value === null || value === '') throw new WebhookVerificationError('missing_headers');
  if (typeof value !== 'string') throw new WebhookVerificationError('invalid_headers');
  return value;
}

/** Also those of another implementation than this runtime's own. A header is called `get` by nobody. */
const isHeaders = (headers: WebhookHeaders): headers is Headers =>
  'get' in headers && typeof headers.get === 'function';

/** Whether any of the signatures is that of any of the secrets. WebCrypto compares in constant time. */
async function isSigned(signed: Uint8Array<ArrayBuffer>, header: string, secrets: readonly string[]): Promise<boolean> {
  const signatures = header.split(' ').flatMap((one) => (one.startsWith(VERSION) ? [one.slice(VERSION.length)] : []));
  for (const secret of secrets) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', keyOf(secret), algorithm, false, ['verify']);
    for (const signature of signatures) {
      const bytes = bytesOf(signature);
      if (bytes && (await crypto.subtle.verify('HMAC', key, bytes, signed))) return true;
    }
  }
  return false;
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(secret.replace(/^whsec_/, ''));
  if (bytes && bytes.length >= LEAST_SECRET_BYTES) return bytes;
  throw new TypeError(`A signing secret is whsec_ and the base64 of at least ${LEAST_SECRET_BYTES} bytes.`);
}

/** Undefined where the text is no base64. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
