import { Module } from '@nestjs/common';
import { ConnectionVariables } from './connection-variables.js';
import { LastFilterDate } from './last-filter-date.js';
import { VariablesController } from './variables.controller.js';

/** What a client keeps for a connection, and the instant from which its syncs read next. */
@Module({
  controllers: [VariablesController],
  providers: [ConnectionVariables, LastFilterDate],
})
export class VariablesModule {}
