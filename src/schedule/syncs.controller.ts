import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Cursors } from '../platform/cursors.js';
import { etag, IfMatch } from '../platform/etag.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId, CurrentPrincipal, type Principal } from '../platform/principal.js';
import { PageQuery } from '../platform/validation.js';
import type { SyncOverview } from '../ports/syncs.js';
import { ChangeSync } from './change-sync.js';
import { CreateSync } from './create-sync.js';
import { DeleteSync } from './delete-sync.js';
import { editorOf } from './editor.js';
import { ReadSyncs } from './read-syncs.js';
import { SyncsQuery } from './sync-queries.js';
import { syncView } from './sync-view.js';

@Controller('v1')
export class SyncsController {
  constructor(
    private readonly createSync: CreateSync,
    private readonly changeSync: ChangeSync,
    private readonly deleteSync: DeleteSync,
    private readonly readSyncs: ReadSyncs,
    private readonly cursors: Cursors,
  ) {}

  @Post('connections/:connectionId/syncs')
  async create(
    @CurrentPrincipal() principal: Principal,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: Response,
  ) {
    const created = await this.createSync.execute({ ...editing(principal), connectionId, body });
    response.setHeader('location', `/v1/syncs/${created.sync.id}`);
    return tagged(response, created);
  }

  @Get('connections/:connectionId/syncs')
  async listOfConnection(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Query() query: PageQuery,
  ) {
    const list = `syncs of ${connectionId}`;
    const request = this.cursors.request(clientId, list, query);
    const page = await this.readSyncs.listOfConnection(clientId, connectionId, request);
    return this.cursors.answer(clientId, list, page, syncView);
  }

  @Get('syncs')
  async list(@ClientId() clientId: string, @Query() query: SyncsQuery) {
    const filter = { companyId: query.companyId, connectionId: query.connectionId, state: query.state };
    const list = `syncs ${JSON.stringify(filter)}`;
    const page = await this.readSyncs.list(clientId, filter, this.cursors.request(clientId, list, query));
    return this.cursors.answer(clientId, list, page, syncView);
  }

  @Get('syncs/:syncId')
  async get(
    @ClientId() clientId: string,
    @IdParameter('syncId', 'syn') syncId: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return tagged(response, await this.readSyncs.one(clientId, syncId));
  }

  @Patch('syncs/:syncId')
  async change(
    @CurrentPrincipal() principal: Principal,
    @IdParameter('syncId', 'syn') syncId: string,
    @Body() body: unknown,
    @IfMatch() expected: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    return tagged(response, await this.changeSync.execute({ ...editing(principal), syncId, body, expected }));
  }

  @Delete('syncs/:syncId')
  @HttpCode(204)
  async delete(@ClientId() clientId: string, @IdParameter('syncId', 'syn') syncId: string) {
    await this.deleteSync.execute(clientId, syncId);
  }
}

const editing = (principal: Principal) => ({ clientId: principal.clientId, by: editorOf(principal) });

function tagged(response: Response, overview: SyncOverview) {
  response.setHeader('etag', etag(overview.sync.version));
  return syncView(overview);
}
