import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId, CurrentPrincipal, type Principal } from '../platform/principal.js';
import { Clock } from '../ports/clock.js';
import type { Run } from '../ports/runs.js';
import { bulkView } from './bulk.view.js';
import { AbortRun } from './request/abort-run.js';
import { BulkRuns } from './request/bulk-runs.js';
import { RequestRun } from './request/request-run.js';
import { Rerun } from './request/rerun.js';
import { runView } from './run.view.js';

/** What can be asked of runs: to start, to start again, to stop. */
@Controller('v1')
export class RunRequestsController {
  constructor(
    private readonly requestRun: RequestRun,
    private readonly bulkRuns: BulkRuns,
    private readonly rerun: Rerun,
    private readonly abortRun: AbortRun,
    private readonly clock: Clock,
  ) {}

  @Post('syncs/:syncId/runs')
  async create(
    @CurrentPrincipal() { clientId, keyId }: Principal,
    @IdParameter('syncId', 'syn') syncId: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.created(await this.requestRun.execute({ clientId, keyId, syncId }, body), response);
  }

  @Post('runs/bulk')
  @HttpCode(200)
  async createMany(@CurrentPrincipal() { clientId, keyId }: Principal, @Body() body: unknown) {
    return bulkView(await this.bulkRuns.execute({ clientId, keyId }, body), await this.clock.now());
  }

  @Post('runs/:runId/rerun')
  async repeat(
    @CurrentPrincipal() { clientId, keyId }: Principal,
    @IdParameter('runId', 'run') runId: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.created(await this.rerun.execute({ clientId, keyId, runId }, body), response);
  }

  @Post('runs/:runId/abort')
  @HttpCode(202)
  async abort(@ClientId() clientId: string, @IdParameter('runId', 'run') runId: string) {
    return runView(await this.abortRun.execute(clientId, runId), await this.clock.now());
  }

  private async created(run: Run, response: Response) {
    response.location(`/v1/runs/${run.id}`);
    return runView(run, await this.clock.now());
  }
}
