import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Cursors } from '../platform/cursors.js';
import { IfMatch } from '../platform/etag.js';
import { IdParameter } from '../platform/id-parameter.js';
import { Operator } from '../platform/principal.js';
import { PageQuery } from '../platform/validation.js';
import { CreateApiKey } from './api-key.body.js';
import { apiKeyView } from './api-key.view.js';
import { ApiKeys } from './api-keys.js';
import { ClientShare } from './client-share.body.js';
import { CreateClient } from './client.body.js';
import { clientView } from './client.view.js';
import { Clients } from './clients.js';
import { tagged } from './tagged.js';

/** Whose lists these are, for the cursors: the operator's. */
const OPERATOR = '';

@Operator()
@Controller('admin/v1/clients')
export class AdminController {
  constructor(
    private readonly clients: Clients,
    private readonly apiKeys: ApiKeys,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  async createClient(@Body() { name }: CreateClient, @Res({ passthrough: true }) response: Response) {
    const client = await this.clients.create(name);
    response.location(`/admin/v1/clients/${client.id}`);
    return clientView(tagged(response, client));
  }

  @Get()
  async listClients(@Query() query: PageQuery) {
    const page = await this.clients.list(this.cursors.request(OPERATOR, 'clients', query));
    return this.cursors.answer(OPERATOR, 'clients', page, clientView);
  }

  @Get(':clientId')
  async getClient(@IdParameter('clientId', 'cli') clientId: string, @Res({ passthrough: true }) response: Response) {
    return clientView(tagged(response, await this.clients.get(clientId)));
  }

  @Patch(':clientId')
  async changeShare(
    @IdParameter('clientId', 'cli') clientId: string,
    @Body() body: ClientShare,
    @IfMatch() expected: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    return clientView(tagged(response, await this.clients.changeShare(clientId, body, expected)));
  }

  @Post(':clientId/api-keys')
  async createApiKey(@IdParameter('clientId', 'cli') clientId: string, @Body() body: CreateApiKey) {
    const { key, ...created } = await this.apiKeys.create(clientId, body);
    return { ...apiKeyView(created), key };
  }

  @Get(':clientId/api-keys')
  async listApiKeys(@IdParameter('clientId', 'cli') clientId: string, @Query() query: PageQuery) {
    const list = `api keys of ${clientId}`;
    const page = await this.apiKeys.list(clientId, this.cursors.request(OPERATOR, list, query));
    return this.cursors.answer(OPERATOR, list, page, apiKeyView);
  }

  @Delete(':clientId/api-keys/:keyId')
  @HttpCode(204)
  async revokeApiKey(@IdParameter('clientId', 'cli') clientId: string, @IdParameter('keyId', 'key') keyId: string) {
    await this.apiKeys.revoke(clientId, keyId);
  }
}
