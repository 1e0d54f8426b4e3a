import { Controller, Get, Query } from '@nestjs/common';
import { found } from '../domain/problem.js';
import { Cursors } from '../platform/cursors.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { RunFilter } from '../ports/runs.js';
import { RunQuery, SyncRunQuery } from './run.dto.js';
import { runView } from './run.view.js';

/** Runs as they are and were. */
@Controller('v1')
export class RunsController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  @Get('syncs/:syncId/runs')
  async listOfSync(
    @ClientId() clientId: string,
    @IdParameter('syncId', 'syn') syncId: string,
    @Query() query: SyncRunQuery,
  ) {
    found(await this.database.asClient(clientId, ({ syncs }) => syncs.find(syncId)));
    const { state, trigger } = query;
    return this.page(clientId, { syncId, state, trigger }, query);
  }

  @Get('runs')
  list(@ClientId() clientId: string, @Query() query: RunQuery) {
    const { companyId, connectionId, syncId, state, trigger } = query;
    return this.page(clientId, { companyId, connectionId, syncId, state, trigger }, query);
  }

  @Get('runs/:runId')
  async get(@ClientId() clientId: string, @IdParameter('runId', 'run') runId: string) {
    const run = found(await this.database.asClient(clientId, ({ runs }) => runs.find(runId)));
    return runView(run, await this.clock.now());
  }

  private async page(clientId: string, filter: RunFilter, query: SyncRunQuery) {
    const list = `runs ${JSON.stringify(filter)}`;
    const request = this.cursors.request(clientId, list, query);
    const page = await this.database.asClient(clientId, ({ runs }) => runs.list(filter, request));
    const now = await this.clock.now();
    return this.cursors.answer(clientId, list, page, (run) => runView(run, now));
  }
}
