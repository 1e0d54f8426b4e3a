import { applyDecorators, createParamDecorator, SetMetadata, UseGuards, type ExecutionContext } from '@nestjs/common';
import { FlowRoute, principalOf, type FlowPrincipal } from '../platform/principal.js';
import type { FlowScope } from '../ports/flow-sessions.js';
import { FlowGuard } from './flow.guard.js';
import { FLOW_RIGHTS, type FlowRights } from './flow-rights.js';
import { linkTokenInvalid } from './flow-problems.js';

/** The route is for a session with one of these scopes. */
export const Flow = (...scopes: readonly FlowScope[]): MethodDecorator =>
  guarded({ scopes, needs: 'one', changes: false });

/** The route is for a session with all of these scopes, and not for one that is read-only. */
export const FlowAction = (...scopes: readonly FlowScope[]): MethodDecorator =>
  guarded({ scopes, needs: 'all', changes: true });

const guarded = (rights: FlowRights): MethodDecorator =>
  applyDecorators(FlowRoute(), SetMetadata(FLOW_RIGHTS, rights), UseGuards(FlowGuard));

/** Whose page is asking. */
export const CurrentFlow = createParamDecorator((_: unknown, context: ExecutionContext): FlowPrincipal => {
  const principal = principalOf(context);
  if (principal.kind !== 'flow') throw linkTokenInvalid();
  return principal;
});
