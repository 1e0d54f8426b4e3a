import { Module } from '@nestjs/common';
import { Dispatcher } from './dispatcher.js';
import { ProcessHeartbeat } from './process-heartbeat.js';
import { TellLate } from './tell-late.js';

/** Due → run date → queued. */
@Module({ providers: [Dispatcher, ProcessHeartbeat, TellLate] })
export class DispatchModule {}
