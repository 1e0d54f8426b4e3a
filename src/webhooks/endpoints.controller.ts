import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Cursors } from '../platform/cursors.js';
import { IfMatch } from '../platform/etag.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { PageQuery } from '../platform/validation.js';
import { CreateWebhookEndpoint, UpdateWebhookEndpoint } from './endpoint-dto.js';
import { Endpoints } from './endpoints.js';
import { endpointView, tagged } from './views.js';

const LIST = 'webhook endpoints';

@Controller('v1/webhook-endpoints')
export class EndpointsController {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  async create(
    @ClientId() clientId: string,
    @Body() body: CreateWebhookEndpoint,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { secret, ...created } = await this.endpoints.create(clientId, body);
    response.setHeader('location', `/v1/webhook-endpoints/${created.endpoint.id}`);
    return { ...tagged(response, created), secret };
  }

  @Get()
  async list(@ClientId() clientId: string, @Query() query: PageQuery) {
    const page = await this.endpoints.list(clientId, this.cursors.request(clientId, LIST, query));
    return this.cursors.answer(clientId, LIST, page, endpointView);
  }

  @Get(':endpointId')
  async get(
    @ClientId() clientId: string,
    @IdParameter('endpointId', 'whe') endpointId: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return tagged(response, await this.endpoints.get(clientId, endpointId));
  }

  @Patch(':endpointId')
  async update(
    @ClientId() clientId: string,
    @IdParameter('endpointId', 'whe') endpointId: string,
    @Body() body: UpdateWebhookEndpoint,
    @IfMatch() expected: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    return tagged(response, await this.endpoints.update(clientId, endpointId, { body, expected }));
  }

  @Delete(':endpointId')
  @HttpCode(204)
  async delete(@ClientId() clientId: string, @IdParameter('endpointId', 'whe') endpointId: string) {
    await this.endpoints.delete(clientId, endpointId);
  }
}
