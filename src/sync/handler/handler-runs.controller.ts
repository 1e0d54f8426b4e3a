import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { toIso } from '../../domain/time/instant.js';
import { IdParameter } from '../../platform/id-parameter.js';
import { ClientId } from '../../platform/principal.js';
import { Clock } from '../../ports/clock.js';
import { runView } from '../run.view.js';
import { EndRun } from './end-run.js';
import { ReportProgress } from './report-progress.js';

/** Where the client's own code reports on the runs it executes. */
@Controller('v1/runs/:runId')
export class HandlerRunsController {
  constructor(
    private readonly reportProgress: ReportProgress,
    private readonly endRun: EndRun,
    private readonly clock: Clock,
  ) {}

  @Post('progress')
  @HttpCode(200)
  async progress(@ClientId() clientId: string, @IdParameter('runId', 'run') runId: string, @Body() body: unknown) {
    const { abortRequested, awaitingUntil } = await this.reportProgress.execute({ clientId, runId, body });
    return { abortRequested, awaitingUntil: toIso(awaitingUntil) };
  }

  @Post('complete')
  @HttpCode(200)
  async complete(@ClientId() clientId: string, @IdParameter('runId', 'run') runId: string, @Body() body: unknown) {
    return runView(await this.endRun.complete({ clientId, runId, body }), await this.clock.now());
  }

  @Post('fail')
  @HttpCode(200)
  async fail(@ClientId() clientId: string, @IdParameter('runId', 'run') runId: string, @Body() body: unknown) {
    return runView(await this.endRun.fail({ clientId, runId, body }), await this.clock.now());
  }
}
