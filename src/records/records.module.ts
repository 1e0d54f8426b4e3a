import { Module } from '@nestjs/common';
import { HeldDeletions } from './held-deletions.js';
import { HeldDeletionsController } from './held-deletions.controller.js';
import { RecordsController } from './records.controller.js';

/** The record store as clients read it, and what waits in it for their decision. */
@Module({ controllers: [RecordsController, HeldDeletionsController], providers: [HeldDeletions] })
export class RecordsModule {}
