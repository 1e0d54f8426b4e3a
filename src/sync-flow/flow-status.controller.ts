import { Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Cursors } from '../platform/cursors.js';
import { etag } from '../platform/etag.js';
import type { FlowPrincipal } from '../platform/principal.js';
import { ActOnFlow } from './act-on-flow.js';
import { CurrentFlow, Flow, FlowAction } from './flow-access.js';
import { FlowLocaleQuery, FlowPageQuery, languageIn } from './flow.body.js';
import { flowRunView } from './flow.view.js';
import { speaking } from './flow-locale.js';
import { isKnown, tagOf } from './content-tag.js';
import { OpenFlows } from './open-flow.js';
import { readStatus } from './read-status.js';
import { tellReasons } from './tell-reasons.js';

/** How a sync is doing, and what a merchant does about it. */
@Controller('flow/v1')
export class FlowStatusController {
  constructor(
    private readonly flows: OpenFlows,
    private readonly act: ActOnFlow,
    private readonly cursors: Cursors,
  ) {}

  @Get('status')
  @Flow('status:read')
  async status(
    @CurrentFlow() principal: FlowPrincipal,
    @Headers('if-none-match') known: string | undefined,
    @Query() query: FlowLocaleQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    const status = await this.flows.read(speaking(principal, languageIn(query)), readStatus);
    const tag = tagOf(status);
    response.setHeader('etag', tag);
    if (!isKnown(known, tag)) return status;
    response.status(304);
    return undefined;
  }

  @Get('runs')
  @Flow('status:read')
  async runs(@CurrentFlow() principal: FlowPrincipal, @Query() query: FlowPageQuery) {
    return this.flows.read(speaking(principal, languageIn(query)), async ({ stores, context }) => {
      const list = `runs of ${principal.session.id} ${context.sync?.id}`;
      const request = this.cursors.request(principal.clientId, list, query);
      const page = context.sync ? await stores.runs.list({ syncId: context.sync.id }, request) : { data: [] };
      const tell = await tellReasons(stores, context);
      return this.cursors.answer(principal.clientId, list, page, (run) => flowRunView(run, tell));
    });
  }

  @Post('actions/pause')
  @HttpCode(200)
  @FlowAction('action:pause')
  async pause(
    @CurrentFlow() principal: FlowPrincipal,
    @Query() query: FlowLocaleQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    return tagged(response, await this.act.pause(speaking(principal, languageIn(query))));
  }

  @Post('actions/resume')
  @HttpCode(200)
  @FlowAction('action:pause')
  async resume(
    @CurrentFlow() principal: FlowPrincipal,
    @Query() query: FlowLocaleQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    return tagged(response, await this.act.resume(speaking(principal, languageIn(query))));
  }

  @Post('actions/sync-now')
  @HttpCode(200)
  @FlowAction('action:sync_now')
  async syncNow(
    @CurrentFlow() principal: FlowPrincipal,
    @Query() query: FlowLocaleQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    return tagged(response, await this.act.syncNow(speaking(principal, languageIn(query))));
  }
}

function tagged<T extends { readonly version: number | null }>(response: Response, acted: T): T {
  if (acted.version !== null) response.setHeader('etag', etag(acted.version));
  return acted;
}
