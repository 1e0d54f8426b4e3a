import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { Config } from '../platform/config.js';
import { allowOrigin } from '../platform/http/cors.js';
import type { AuthenticatedRequest } from '../platform/principal.js';
import { FLOW_RIGHTS, requireRights, type FlowRights } from './flow-rights.js';
import { FlowTokens } from './flow-tokens.service.js';
import { lets, senderOf, type Sender } from './flow-origin.js';
import { linkTokenInvalid, originNotAllowed } from './flow-problems.js';
import { RefusedOrigins } from './refused-origins.js';

/** Lets a page in by the token of its session, from the session's origins only, to what the session may do. */
@Injectable()
export class FlowGuard implements CanActivate {
  constructor(
    private readonly tokens: FlowTokens,
    private readonly refused: RefusedOrigins,
    private readonly config: Config,
  ) {}

  /**
   * Throws 401 link_token_invalid, 403 origin_not_allowed, 410 link_token_expired, 403 insufficient_scope and
   * session_read_only. A page of another origin than the session's can read none of it but the first, which
   * says nothing about any session.
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [request, response] = [http.getRequest<AuthenticatedRequest>(), http.getResponse<Response>()];
    const sender = senderOf(request, this.config.publicUrl);
    const found = await this.tokens.find(bearerIn(request.headers.authorization));
    if (!found) {
      letRead(response, sender);
      throw linkTokenInvalid();
    }
    if (!lets(found.session, sender)) {
      this.refused.note(request.headers.origin, found.session.id);
      throw originNotAllowed();
    }
    letRead(response, sender);
    const session = await this.tokens.use(found);
    const rights = Reflect.getMetadata(FLOW_RIGHTS, context.getHandler()) as FlowRights;
    requireRights(session, rights);
    request.principal = { kind: 'flow', clientId: found.clientId, keyId: session.id, session };
    return true;
  }
}

function letRead(response: Response, sender: Sender): void {
  if (sender !== 'unknown' && sender.kind === 'origin') allowOrigin(response, sender.origin);
}

const bearerIn = (header: string | undefined): string => /^bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
