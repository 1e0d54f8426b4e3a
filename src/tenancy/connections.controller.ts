import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Cursors } from '../platform/cursors.js';
import { IfMatch } from '../platform/etag.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { ConnectorRegistry } from '../ports/connector.js';
import type { Connection } from '../ports/tenancy.js';
import { ConnectionQuery, LinkConnectionBody, UpdateConnection } from './connection.body.js';
import { connectionTestView, connectionView } from './connection.view.js';
import { Connections } from './connections.js';
import { LinkConnection } from './link-connection.js';
import { tagged } from './tagged.js';
import { TestConnection } from './test-connection.js';

@Controller('v1/connections')
export class ConnectionsController {
  constructor(
    private readonly connections: Connections,
    private readonly linkConnection: LinkConnection,
    private readonly testConnection: TestConnection,
    private readonly connectors: ConnectorRegistry,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  async list(@ClientId() clientId: string, @Query() query: ConnectionQuery) {
    const { companyId, platform, state } = query;
    const filter = { companyId, platform, state };
    const list = `connections ${JSON.stringify(filter)}`;
    const page = await this.connections.list(clientId, filter, this.cursors.request(clientId, list, query));
    return this.cursors.answer(clientId, list, page, (one) => connectionView(one, this.connectors));
  }

  @Get(':connectionId')
  async get(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.view(response, await this.connections.get(clientId, connectionId));
  }

  @Patch(':connectionId')
  async update(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Body() body: UpdateConnection,
    @IfMatch() expected: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.view(response, await this.connections.update({ clientId, connectionId, expected }, body));
  }

  @Delete(':connectionId')
  @HttpCode(204)
  async delete(@ClientId() clientId: string, @IdParameter('connectionId', 'con') connectionId: string) {
    await this.connections.delete(clientId, connectionId);
  }

  @Post(':connectionId/test')
  @HttpCode(200)
  async test(@ClientId() clientId: string, @IdParameter('connectionId', 'con') connectionId: string) {
    return connectionTestView(await this.testConnection.execute(clientId, connectionId));
  }

  @Post(':connectionId/unlink')
  @HttpCode(200)
  async unlink(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.view(response, await this.connections.unlink(clientId, connectionId));
  }

  @Post(':connectionId/link')
  @HttpCode(200)
  async link(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Body() body: LinkConnectionBody,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.view(response, await this.linkConnection.execute(clientId, connectionId, body));
  }

  private view(response: Response, connection: Connection) {
    return connectionView(tagged(response, connection), this.connectors);
  }
}
