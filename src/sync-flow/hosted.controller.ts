import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { isId } from '../domain/id.js';
import { toIso } from '../domain/time/instant.js';
import { Config } from '../platform/config.js';
import { Public } from '../platform/principal.js';
import { Database } from '../ports/database.js';
import { AddressLimits } from './address-limits.js';
import { brandingOf } from './branding.js';
import { EmbedFiles } from './embed-files.js';
import { FlowExchangeBody } from './flow.body.js';
import { senderOf } from './flow-origin.js';
import { originNotAllowed } from './flow-problems.js';
import { HostedExchange } from './hosted-exchange.js';
import { hostedPage, pageHeaders, type PageAllowance } from './hosted-page.js';
import { RefusedOrigins } from './refused-origins.js';

/** The set-up page for those who do not embed it. */
@Public()
@Controller()
export class HostedController {
  constructor(
    private readonly exchange: HostedExchange,
    private readonly database: Database,
    private readonly files: EmbedFiles,
    private readonly refused: RefusedOrigins,
    private readonly limits: AddressLimits,
    private readonly config: Config,
  ) {}

  /** From the hosted page alone, which is served from here. */
  @Post('flow/v1/hosted/exchange')
  @HttpCode(200)
  async redeem(
    @Req() request: Request,
    @Body() body: FlowExchangeBody,
    @Res({ passthrough: true }) response: Response,
  ) {
    try {
      return await this.token(request, body);
    } catch (refusal) {
      throw await this.limits.refusal(refusal, request, response);
    }
  }

  private async token(request: Request, { sessionId, code }: FlowExchangeBody) {
    const sender = senderOf(request, this.config.publicUrl);
    if (sender === 'unknown' || sender.kind !== 'own') {
      this.refused.note(request.headers.origin);
      throw originNotAllowed();
    }
    const { token, expiresAt } = await this.exchange.execute(sessionId, code);
    return { token, expiresAt: toIso(expiresAt) };
  }

  /** The same page for every id, so that it tells nothing about any. */
  @Get('f/:sessionId')
  async page(@Param('sessionId') sessionId: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.countPage(request, response);
    for (const [name, value] of Object.entries(pageHeaders(await this.allowedOn(sessionId))))
      response.setHeader(name, value);
    response.type('html').send(hostedPage(this.files.hostedScripts()));
  }

  private async allowedOn(sessionId: string): Promise<PageAllowance> {
    if (!isId('fs', sessionId)) return { framers: [] };
    return this.database.asOperator(async ({ flowSessions, clients }) => {
      const found = await flowSessions.find(sessionId);
      const client = found && (await clients.find(found.clientId));
      return { framers: found?.session.allowedOrigins ?? [], logoUrl: client && brandingOf(client).logoUrl };
    });
  }
}
