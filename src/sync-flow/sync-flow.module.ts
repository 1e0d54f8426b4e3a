import { Module } from '@nestjs/common';
import { FlowSessionsController } from './flow-sessions.controller.js';
import { FlowSessions } from './flow-sessions.js';

/** Sessions of the embeddable setup UI. */
@Module({ controllers: [FlowSessionsController], providers: [FlowSessions] })
export class SyncFlowModule {}
