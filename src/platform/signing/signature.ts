import { Webhook } from 'standardwebhooks';
import { SECOND, type Instant } from '../../domain/time/instant.js';

/** What one attempt vouches for: these bytes, of this message, sent at this instant. */
export interface SignedContent {
  readonly messageId: string;
  readonly sentAt: Instant;
  readonly body: string;
}

export interface SignatureHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/**
 * The three headers of Standard Webhooks 1.0. Several secrets give several signatures, separated by spaces, so
 * that a receiver may hold either one while a secret is replaced.
 */
export function signatureHeaders(secrets: readonly string[], content: SignedContent): SignatureHeaders {
  const { messageId, sentAt, body } = content;
  const signatures = secrets.map((secret) => new Webhook(secret).sign(messageId, new Date(sentAt), body));
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(sentAt / SECOND)),
    'webhook-signature': signatures.join(' '),
  };
}
