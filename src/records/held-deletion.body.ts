import { Text } from '../platform/validation.js';

/** Which deletions are approved: those that this run found. */
export class ApproveHeldDeletion {
  @Text({ max: 64 })
  readonly runId: string;
}
