import { Webhook } from 'standardwebhooks';
import type { IncomingHttpHeaders } from 'node:http';
import { verifiedMessage, type InboxMessage } from './inbox-message.js';

const KEPT = 100;

/** The messages of an inbox: verified, each once, the newest hundred. */
export class Mailbox {
  private readonly kept = new Map<string, InboxMessage>();
  private webhook?: Webhook;

  constructor(private readonly onMessage: (message: InboxMessage) => void) {}

  setSecret(secret: string): void {
    this.webhook = new Webhook(secret);
  }

  /** Newest first. */
  messages(): readonly InboxMessage[] {
    return [...this.kept.values()].toReversed();
  }

  /** The HTTP status a delivery is answered with. */
  take(headers: IncomingHttpHeaders, body: string): 204 | 401 | 503 {
    if (!this.webhook) return 503;
    const message = verifiedMessage(this.webhook, headers, body);
    if (!message) return 401;
    const before = this.kept.get(message.id);
    this.kept.set(message.id, before ? { ...before, deliveries: before.deliveries + 1 } : message);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
    if (!before) this.onMessage(message);
    return 204;
  }
}
