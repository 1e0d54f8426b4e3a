import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { DomainError } from '../domain/problem.js';
import type { FlowSession } from '../ports/flow-sessions.js';

export type Scope = 'read' | 'write';

/** A client by one of its API keys, or the operator. */
export interface KeyPrincipal {
  readonly kind: 'client' | 'operator';
  /** Empty for the operator. */
  readonly clientId: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

/** A merchant's browser, by the token of a session of the set-up page. */
export interface FlowPrincipal {
  readonly kind: 'flow';
  readonly clientId: string;
  /** The session's id. */
  readonly keyId: string;
  readonly session: FlowSession;
}

/** Who is asking. */
export type Principal = KeyPrincipal | FlowPrincipal;

/** A request that the key guard may have let in. */
export type AuthenticatedRequest = Request & { principal?: Principal };

const PUBLIC = 'meridian:public';
const OPERATOR = 'meridian:operator';
const FLOW = 'meridian:flow';
const SCOPE = 'meridian:scope';

/** The route needs no key. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC, true);
/** The route needs the operator's key. */
export const Operator = (): ClassDecorator & MethodDecorator => SetMetadata(OPERATOR, true);

/** The route needs the token of a session; the guard that the room of the set-up page puts before it sees to that. */
export const FlowRoute = (): ClassDecorator & MethodDecorator => SetMetadata(FLOW, true);

/** The scope a route needs where its method does not tell, e.g. `read` for a POST that changes nothing. */
export const NeedsScope = (scope: Scope): MethodDecorator => SetMetadata(SCOPE, scope);

/** `read` for GET and HEAD, else `write`, unless NeedsScope says otherwise. */
export function scopeNeededBy(context: ExecutionContext): Scope {
  const said = Reflect.getMetadata(SCOPE, context.getHandler()) as Scope | undefined;
  const { method } = context.switchToHttp().getRequest<Request>();
  return said ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'write');
}

/** What a route asks of its caller, as its decorators say; the method's come before the class's. */
export function accessOf(context: ExecutionContext): 'public' | 'operator' | 'flow' | 'client' {
  for (const target of [context.getHandler(), context.getClass()]) {
    if (Reflect.getMetadata(PUBLIC, target) === true) return 'public';
    if (Reflect.getMetadata(OPERATOR, target) === true) return 'operator';
    if (Reflect.getMetadata(FLOW, target) === true) return 'flow';
  }
  return 'client';
}

/** The caller of this request. Throws 401 on a route without one. */
export function principalOf(context: ExecutionContext): Principal {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (principal) return principal;
  throw new DomainError({ code: 'unauthenticated', status: 'unauthenticated', message: 'An API key is needed.' });
}

/** Id of the client whose key the caller holds. */
export const ClientId = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context).clientId);
/** The caller: its client, key and scopes. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context));
