import { Module } from '@nestjs/common';
import { Dispatcher } from './dispatcher.js';
import { ProcessHeartbeat } from './process-heartbeat.js';

/** Due → run date → queued. */
@Module({ providers: [Dispatcher, ProcessHeartbeat] })
export class DispatchModule {}
