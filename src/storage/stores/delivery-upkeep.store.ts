import type { Instant } from '../../domain/time/instant.js';
import type { DeliveryJob } from '../../ports/job-queue.js';
import { DeliveryUpkeep } from '../../ports/webhooks.js';
import { deleteOldMessages, endpointsWithoutJob } from '../sql/delivery-upkeep.js';
import type { Session } from '../session.js';

export class PgDeliveryUpkeep extends DeliveryUpkeep {
  constructor(private readonly session: Session) {
    super();
  }

  override withoutJob(overdue: Instant): Promise<readonly DeliveryJob[]> {
    return this.session.rows<DeliveryJob>(endpointsWithoutJob, [new Date(overdue)]);
  }

  override deleteBefore(before: Instant, limit: number): Promise<number> {
    return this.session.touched(deleteOldMessages, [new Date(before), limit]);
  }
}
