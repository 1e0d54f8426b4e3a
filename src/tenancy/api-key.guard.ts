import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '../domain/problem.js';
import { Config } from '../platform/config.js';
import { accessOf, scopeNeededBy, type AuthenticatedRequest, type KeyPrincipal } from '../platform/principal.js';
import type { ApiKeyScope } from '../ports/tenancy.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { keyIn } from './authorization.js';

const OPERATOR: KeyPrincipal = { kind: 'operator', clientId: '', keyId: 'operator', scopes: ['read', 'write'] };

/** Lets a request in by its key: a client's under /v1, the operator's under /admin, neither at the other's door. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly operatorKey: Buffer;

  constructor(
    config: Config,
    private readonly apiKeys: ApiKeyAuthenticator,
  ) {
    this.operatorKey = digestOf(config.adminKey);
  }

  /** Throws 401 unauthenticated, which does not say why, or 403 insufficient_scope. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context);
    // A session's token is looked at by the guard of its own routes: an API key opens none of them.
    if (access === 'public' || access === 'flow') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = keyIn(request.headers.authorization) ?? '';
    const principal = access === 'operator' ? this.operatorBy(key) : await this.apiKeys.principalOf(key);
    if (!principal) throw unauthenticated();
    const scope = scopeNeededBy(context);
    if (!principal.scopes.includes(scope)) throw insufficientScope(scope);
    request.principal = principal;
    return true;
  }

  /** Digests are compared, because they are of one length whatever was sent. */
  private operatorBy(key: string): KeyPrincipal | undefined {
    return timingSafeEqual(digestOf(key), this.operatorKey) ? OPERATOR : undefined;
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const unauthenticated = () =>
  new DomainError({
    code: 'unauthenticated',
    status: 'unauthenticated',
    message: 'A valid key is needed: send it as Authorization: Bearer <key>.',
  });

const insufficientScope = (requiredScope: ApiKeyScope) =>
  new DomainError({
    code: 'insufficient_scope',
    status: 'forbidden',
    message: `This key does not have the scope ${requiredScope}.`,
    details: { requiredScope },
  });
