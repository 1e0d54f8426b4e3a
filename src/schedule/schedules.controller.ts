import { Body, Controller, Get, HttpCode, Post, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import { etag, IfMatch } from '../platform/etag.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId, CurrentPrincipal, NeedsScope, type Principal } from '../platform/principal.js';
import { TimeZoneData } from '../platform/time-zone-data.js';
import type { SyncOverview } from '../ports/syncs.js';
import { ConfigureSchedule } from './configure-schedule.js';
import { editorOf } from './editor.js';
import { PreviewSchedule } from './preview-schedule.js';
import { ReadSyncs } from './read-syncs.js';
import { previewView, syncScheduleView } from './schedule-view.js';

@Controller('v1')
export class SchedulesController {
  constructor(
    private readonly configure: ConfigureSchedule,
    private readonly previewSchedule: PreviewSchedule,
    private readonly readSyncs: ReadSyncs,
    private readonly timeZoneData: TimeZoneData,
  ) {}

  @Get('syncs/:syncId/schedule')
  async get(
    @ClientId() clientId: string,
    @IdParameter('syncId', 'syn') syncId: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.tagged(response, await this.readSyncs.one(clientId, syncId));
  }

  @Put('syncs/:syncId/schedule')
  async put(
    @CurrentPrincipal() principal: Principal,
    @IdParameter('syncId', 'syn') syncId: string,
    @Body() body: unknown,
    @IfMatch() expected: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    const command = { clientId: principal.clientId, syncId, body, expected, by: editorOf(principal) };
    return this.tagged(response, await this.configure.execute(command));
  }

  @Post('schedules/preview')
  @NeedsScope('read')
  @HttpCode(200)
  async preview(@ClientId() clientId: string, @Body() body: unknown) {
    return previewView(await this.previewSchedule.execute(clientId, body), this.timeZoneData.version);
  }

  private tagged(response: Response, overview: SyncOverview) {
    const view = syncScheduleView(overview, this.timeZoneData.version);
    response.setHeader('etag', etag(overview.sync.version));
    return view;
  }
}
