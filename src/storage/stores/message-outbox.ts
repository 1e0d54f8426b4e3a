import type { Instant } from '../../domain/time/instant.js';
import type { DeliveryJob } from '../../ports/job-queue.js';
import { MessageOutbox, type NewMessage } from '../../ports/webhooks.js';
import type { Session } from '../session.js';
import { publishMessages } from '../sql/publish-messages.js';

export class PgMessageOutbox extends MessageOutbox {
  constructor(private readonly session: Session) {
    super();
  }

  override publish(messages: readonly NewMessage[], now: Instant): Promise<readonly DeliveryJob[]> {
    return publishMessages(this.session, messages, now);
  }
}
