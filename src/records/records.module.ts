import { Module } from '@nestjs/common';
import { RecordsController } from './records.controller.js';

/** The record store as clients read it. */
@Module({ controllers: [RecordsController] })
export class RecordsModule {}
