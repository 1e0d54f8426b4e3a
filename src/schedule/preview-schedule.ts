import { Injectable } from '@nestjs/common';
import { previewPeriods, type Preview } from '../domain/schedule/preview.js';
import { validationFailed } from '../domain/problem.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import { readPreviewBody } from './preview-body.js';
import { readSchedule } from './schedule-input.js';

export interface PreviewedSchedule extends Preview {
  readonly schedule: SyncSchedule;
}

/** The periods a schedule would make, by the functions that plan them; saves nothing. */
@Injectable()
export class PreviewSchedule {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Throws 422 with every problem. */
  async execute(clientId: string, body: unknown): Promise<PreviewedSchedule> {
    const { input, problems } = readPreviewBody(body);
    const now = input.now ?? (await this.clock.now());
    const client = await this.database.asClient(clientId, (stores) => stores.client.get());
    const read = readSchedule(input.schedule, { client, now, pointer: '/schedule' });
    const ofSchedule = input.schedule === undefined ? [] : read.problems;
    if (!read.schedule || problems.length > 0) throw validationFailed([...problems, ...ofSchedule]);
    const { watermark, count } = input;
    const writtenStartDate = (input.schedule as Readonly<Record<string, unknown>>)['startDate'];
    return {
      schedule: read.schedule,
      ...previewPeriods({ schedule: read.schedule, now, watermark, count, writtenStartDate }),
    };
  }
}
