import { Body, Controller, Get, Headers, HttpCode, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { etag } from '../platform/etag.js';
import type { FlowPrincipal } from '../platform/principal.js';
import { Bootstrap } from './bootstrap.js';
import { ConfigureFlow } from './configure-flow.js';
import { configuredView } from './configured.view.js';
import { CurrentFlow, Flow, FlowAction } from './flow-access.js';
import { speaking } from './flow-locale.js';
import { seenVersion } from './flow-versions.js';
import { FlowConfigurationBody, FlowLocaleQuery, FlowPreviewBody, languageIn } from './flow.body.js';
import { flowPreviewView } from './flow.view.js';

/** What the set-up page reads, previews and saves. */
@Controller('flow/v1')
export class FlowController {
  constructor(
    private readonly bootstrap: Bootstrap,
    private readonly configure: ConfigureFlow,
  ) {}

  @Get('session')
  @Flow('config:read', 'status:read')
  async session(
    @CurrentFlow() principal: FlowPrincipal,
    @Query() query: FlowLocaleQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    const answer = await this.bootstrap.execute(principal, languageIn(query));
    if (answer.version !== null) response.setHeader('etag', etag(answer.version));
    return answer;
  }

  @Post('preview')
  @HttpCode(200)
  @Flow('config:read')
  async preview(@CurrentFlow() principal: FlowPrincipal, @Body() { configuration, count }: FlowPreviewBody) {
    const { preview, usualDelay } = await this.configure.preview(principal, configuration, count);
    return flowPreviewView(preview, usualDelay);
  }

  @Put('configuration')
  @FlowAction('config:write', 'config:read')
  async save(
    @CurrentFlow() principal: FlowPrincipal,
    @Body() { configuration, fingerprint }: FlowConfigurationBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Query() query: FlowLocaleQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    const by = speaking(principal, languageIn(query));
    const command = { principal: by, configuration, fingerprint, seen: seenVersion(ifMatch) };
    const answer = await this.configure.execute(command, configuredView);
    response.setHeader('etag', etag(answer.version));
    return answer;
  }
}
