import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { isId } from '../domain/id.js';
import { notFound } from '../domain/problem.js';
import { Cursors } from '../platform/cursors.js';
import { ClientId, CurrentPrincipal, type Principal } from '../platform/principal.js';
import { Database } from '../ports/database.js';
import type { RunFilter } from '../ports/runs.js';
import { AbortRun } from './request/abort-run.js';
import { RequestRun } from './request/request-run.js';
import { RunQuery, SyncRunQuery } from './run.dto.js';
import { runView } from './run.view.js';

@Controller('v1')
export class RunsController {
  constructor(
    private readonly requestRun: RequestRun,
    private readonly abortRun: AbortRun,
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  @Post('syncs/:syncId/runs')
  async create(
    @CurrentPrincipal() { clientId, keyId }: Principal,
    @Param('syncId') syncId: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: Response,
  ) {
    if (!isId('syn', syncId)) throw notFound();
    const run = await this.requestRun.execute({ clientId, keyId, syncId, body });
    response.location(`/v1/runs/${run.id}`);
    return runView(run);
  }

  @Get('syncs/:syncId/runs')
  async listOfSync(@ClientId() clientId: string, @Param('syncId') syncId: string, @Query() query: SyncRunQuery) {
    if (!isId('syn', syncId)) throw notFound();
    const sync = await this.database.asClient(clientId, ({ syncs }) => syncs.find(syncId));
    if (!sync) throw notFound();
    return this.page(clientId, { syncId, state: query.state }, query);
  }

  @Get('runs')
  list(@ClientId() clientId: string, @Query() query: RunQuery) {
    const { companyId, connectionId, syncId, state } = query;
    return this.page(clientId, { companyId, connectionId, syncId, state }, query);
  }

  @Get('runs/:runId')
  async get(@ClientId() clientId: string, @Param('runId') runId: string) {
    if (!isId('run', runId)) throw notFound();
    const run = await this.database.asClient(clientId, ({ runs }) => runs.find(runId));
    if (!run) throw notFound();
    return runView(run);
  }

  @Post('runs/:runId/abort')
  @HttpCode(202)
  async abort(@ClientId() clientId: string, @Param('runId') runId: string) {
    if (!isId('run', runId)) throw notFound();
    return runView(await this.abortRun.execute(clientId, runId));
  }

  private async page(clientId: string, filter: RunFilter, query: SyncRunQuery) {
    const list = `runs ${JSON.stringify(filter)}`;
    const request = this.cursors.request(clientId, list, query);
    const page = await this.database.asClient(clientId, ({ runs }) => runs.list(filter, request));
    return this.cursors.answer(clientId, list, page, runView);
  }
}
