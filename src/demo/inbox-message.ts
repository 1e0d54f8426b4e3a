import type { IncomingHttpHeaders } from 'node:http';
import { WebhookVerificationError, type Webhook } from 'standardwebhooks';

/** A message whose signature was verified. */
export interface InboxMessage {
  readonly id: string;
  readonly type: string;
  /** When the attempt that arrived was signed: ISO 8601, whole seconds. */
  readonly sentAt: string;
  /** How often it arrived: delivery is at least once. */
  readonly deliveries: number;
  /** The parsed body. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The message of a request, or undefined where signature, timestamp or headers are not right. */
export function verifiedMessage(
  webhook: Webhook,
  request: IncomingHttpHeaders,
  body: string,
): InboxMessage | undefined {
  const headers = request as Readonly<Record<string, string>>;
  const timestamp = headers['webhook-timestamp'] ?? '';
  // The library reads the digits at the beginning and ignores what follows them.
  if (!/^\d+$/.test(timestamp)) return undefined;
  try {
    const content = webhook.verify(body, headers) as { readonly type: string };
    return {
      id: headers['webhook-id'] ?? '',
      type: content.type,
      sentAt: new Date(Number(timestamp) * 1000).toISOString(),
      deliveries: 1,
      body: { ...content },
    };
  } catch (error) {
    if (error instanceof WebhookVerificationError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
