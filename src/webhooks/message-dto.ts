import { IsIn } from 'class-validator';
import { validationFailed } from '../domain/problem.js';
import { Omittable, PageQuery, Text } from '../platform/validation.js';
import type { DeliveryState, MessageFilter } from '../ports/webhooks.js';
import { messageTypes } from './event-types.js';
import { MomentParameter, momentOf } from '../platform/moment.js';
import { readOptionalTexts } from './optional-body.js';

const states = ['pending', 'delivered', 'failed'] as const satisfies readonly DeliveryState[];

export class MessagesQuery extends PageQuery {
  @Omittable()
  @IsIn(messageTypes)
  readonly type?: string;

  @Omittable()
  @Text({ max: 64 })
  readonly companyId?: string;

  @Omittable()
  @Text({ max: 64 })
  readonly syncId?: string;

  @Omittable()
  @Text({ max: 64 })
  readonly endpointId?: string;

  @Omittable()
  @IsIn(states)
  readonly state?: DeliveryState;

  @Omittable()
  @MomentParameter()
  readonly since?: string;

  @Omittable()
  @MomentParameter()
  readonly until?: string;
}

export const filterOf = (query: MessagesQuery): MessageFilter => ({
  type: query.type,
  companyId: query.companyId,
  syncId: query.syncId,
  endpointId: query.endpointId,
  state: query.state,
  since: momentOf(query.since),
  until: momentOf(query.until),
});

/** `{ endpointId? }`, or no body at all. Throws 422. */
export function parseResend(body: unknown): { readonly endpointId?: string } {
  const { members, problems } = readOptionalTexts(body, ['endpointId']);
  if (problems.length > 0) throw validationFailed(problems);
  return members;
}
