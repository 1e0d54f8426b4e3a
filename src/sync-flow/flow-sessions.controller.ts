import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { toIso } from '../domain/time/instant.js';
import { Config } from '../platform/config.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { CreateFlowSession } from './flow-session.body.js';
import { FlowSessions, type OpenedFlowSession } from './flow-sessions.js';

@Controller('v1/companies/:companyId/flow-sessions')
export class FlowSessionsController {
  constructor(
    private readonly flowSessions: FlowSessions,
    private readonly config: Config,
  ) {}

  @Post()
  async open(
    @ClientId() clientId: string,
    @IdParameter('companyId', 'com') companyId: string,
    @Body() body: CreateFlowSession,
    @Req() request: Request,
  ) {
    const opened = await this.flowSessions.open(clientId, companyId, body);
    return openedView(opened, this.config.publicUrl ?? originOf(request));
  }

  @Post('expire-all')
  @HttpCode(200)
  async expireAll(@ClientId() clientId: string, @IdParameter('companyId', 'com') companyId: string) {
    return { expired: await this.flowSessions.expireAll(clientId, companyId) };
  }
}

/** The address the caller itself reached us by: where PUBLIC_URL is not set, the one that is known to lead here. */
const originOf = (request: Request): string => `${request.protocol}://${request.get('host') ?? 'localhost'}`;

/** The code stands in the fragment, which browsers send to nobody. */
const openedView = ({ session, token, code }: OpenedFlowSession, origin: string) => ({
  id: session.id,
  token,
  expiresAt: toIso(session.expiresAt),
  hostedUrl: `${origin}/f/${session.id}#c=${code}`,
});
