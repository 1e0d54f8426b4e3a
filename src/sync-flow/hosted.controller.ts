import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { isId } from '../domain/id.js';
import { toIso } from '../domain/time/instant.js';
import { Public } from '../platform/principal.js';
import { Database } from '../ports/database.js';
import { EmbedFiles } from './embed-files.js';
import { FlowExchangeBody } from './flow.body.js';
import { senderOf } from './flow-origin.js';
import { originNotAllowed } from './flow-problems.js';
import { HostedExchange } from './hosted-exchange.js';
import { hostedPage, pageHeaders } from './hosted-page.js';
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
  ) {}

  /** From the hosted page alone, which is served from here. */
  @Post('flow/v1/hosted/exchange')
  @HttpCode(200)
  async redeem(@Req() request: Request, @Body() { sessionId, code }: FlowExchangeBody) {
    const sender = senderOf(request);
    if (sender === 'unknown' || sender.kind !== 'own') {
      this.refused.note(request.headers.origin);
      throw originNotAllowed();
    }
    const { token, expiresAt } = await this.exchange.execute(sessionId, code);
    return { token, expiresAt: toIso(expiresAt) };
  }

  /** The same page for every id, so that it tells nothing about any. */
  @Get('f/:sessionId')
  async page(@Param('sessionId') sessionId: string, @Res() response: Response): Promise<void> {
    for (const [name, value] of Object.entries(pageHeaders(await this.framers(sessionId))))
      response.setHeader(name, value);
    response.type('html').send(hostedPage(this.files.hostedScripts()));
  }

  private async framers(sessionId: string): Promise<readonly string[]> {
    if (!isId('fs', sessionId)) return [];
    const found = await this.database.asOperator(({ flowSessions }) => flowSessions.find(sessionId));
    return found?.session.allowedOrigins ?? [];
  }
}
