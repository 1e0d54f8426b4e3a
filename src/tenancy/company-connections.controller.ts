import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Cursors } from '../platform/cursors.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId, CurrentPrincipal, type Principal } from '../platform/principal.js';
import { PageQuery } from '../platform/validation.js';
import { ConnectorRegistry } from '../ports/connector.js';
import { CreateConnection } from './connection.body.js';
import { connectionView } from './connection.view.js';
import { Connections } from './connections.js';
import { tagged } from './tagged.js';

@Controller('v1/companies/:companyId/connections')
export class CompanyConnectionsController {
  constructor(
    private readonly connections: Connections,
    private readonly connectors: ConnectorRegistry,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  async create(
    @CurrentPrincipal() { clientId, keyId }: Principal,
    @IdParameter('companyId', 'com') companyId: string,
    @Body() body: CreateConnection,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { connection, install } = await this.connections.create({ clientId, keyId, companyId }, body);
    response.location(`/v1/connections/${connection.id}`);
    return { ...connectionView(tagged(response, connection), this.connectors), install: install ?? null };
  }

  @Get()
  async list(
    @ClientId() clientId: string,
    @IdParameter('companyId', 'com') companyId: string,
    @Query() query: PageQuery,
  ) {
    const list = `connections of ${companyId}`;
    const request = this.cursors.request(clientId, list, query);
    const page = await this.connections.listOfCompany(clientId, companyId, request);
    return this.cursors.answer(clientId, list, page, (one) => connectionView(one, this.connectors));
  }
}
