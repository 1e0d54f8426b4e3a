import { Module } from '@nestjs/common';
import { ChangeSync } from './change-sync.js';
import { ConfigureSchedule } from './configure-schedule.js';
import { CreateSync } from './create-sync.js';
import { EditsController } from './edits.controller.js';
import { DeleteSync } from './delete-sync.js';
import { LedgerController } from './ledger.controller.js';
import { PreviewSchedule } from './preview-schedule.js';
import { ReadLedger } from './read-ledger.js';
import { ReadSyncs } from './read-syncs.js';
import { Reschedule } from './reschedule.js';
import { SchedulesController } from './schedules.controller.js';
import { SyncsController } from './syncs.controller.js';

/** Syncs and their schedules: configured, previewed, explained, and the ledger they leave. */
@Module({
  controllers: [SyncsController, SchedulesController, LedgerController, EditsController],
  providers: [
    CreateSync,
    ChangeSync,
    DeleteSync,
    ReadSyncs,
    ConfigureSchedule,
    Reschedule,
    PreviewSchedule,
    ReadLedger,
  ],
  exports: [CreateSync, ChangeSync, ConfigureSchedule, PreviewSchedule],
})
export class ScheduleModule {}
