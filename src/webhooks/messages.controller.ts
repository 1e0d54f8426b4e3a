import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Cursors } from '../platform/cursors.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { PageQuery } from '../platform/validation.js';
import { filterOf, MessagesQuery, parseResend } from './message-dto.js';
import { Messages } from './messages.js';
import { attemptView, messageDetailView, messageView } from './views.js';

@Controller('v1/webhook-messages')
export class MessagesController {
  constructor(
    private readonly messages: Messages,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  async list(@ClientId() clientId: string, @Query() query: MessagesQuery) {
    const filter = filterOf(query);
    const list = `webhook messages ${JSON.stringify(filter)}`;
    const page = this.cursors.request(clientId, list, query);
    const answer = await this.messages.list(clientId, filter, page);
    return this.cursors.answer(clientId, list, answer, messageView);
  }

  @Get(':messageId')
  async get(@ClientId() clientId: string, @IdParameter('messageId', 'msg') messageId: string) {
    return messageDetailView(await this.messages.get(clientId, messageId));
  }

  @Get(':messageId/attempts')
  async attempts(
    @ClientId() clientId: string,
    @IdParameter('messageId', 'msg') messageId: string,
    @Query() query: PageQuery,
  ) {
    const list = `attempts of ${messageId}`;
    const page = await this.messages.attempts(clientId, messageId, this.cursors.request(clientId, list, query));
    return this.cursors.answer(clientId, list, page, attemptView);
  }

  @Post(':messageId/resend')
  @HttpCode(202)
  async resend(
    @ClientId() clientId: string,
    @IdParameter('messageId', 'msg') messageId: string,
    @Body() body: unknown,
  ) {
    return messageView(await this.messages.resend(clientId, messageId, parseResend(body).endpointId));
  }
}
