import { Module } from '@nestjs/common';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { Config } from '../platform/config.js';
import { ActOnFlow } from './act-on-flow.js';
import { AddressLimits } from './address-limits.js';
import { Bootstrap } from './bootstrap.js';
import { ConfigureFlow } from './configure-flow.js';
import { EmbedController } from './embed.controller.js';
import { EmbedFiles } from './embed-files.js';
import { FlowController } from './flow.controller.js';
import { FlowGuard } from './flow.guard.js';
import { FlowSessionsController } from './flow-sessions.controller.js';
import { FlowSessions } from './flow-sessions.js';
import { FlowStatusController } from './flow-status.controller.js';
import { FlowTextCatalogue } from './flow-text-catalogue.js';
import { FlowTextController } from './flow-text.controller.js';
import { FlowTokens } from './flow-tokens.service.js';
import { HostedController } from './hosted.controller.js';
import { HostedExchange } from './hosted-exchange.js';
import { KeptBuilds } from './kept-builds.js';
import { OpenFlows } from './open-flow.js';
import { RefusedOrigins } from './refused-origins.js';
import { UsualDelays } from './usual-delays.js';

/** The embeddable set-up page: its sessions, its API, its texts, and the files it is loaded from. */
@Module({
  imports: [ScheduleModule],
  controllers: [
    FlowSessionsController,
    FlowController,
    FlowStatusController,
    FlowTextController,
    HostedController,
    EmbedController,
  ],
  providers: [
    FlowSessions,
    FlowTokens,
    FlowGuard,
    RefusedOrigins,
    HostedExchange,
    OpenFlows,
    UsualDelays,
    Bootstrap,
    ConfigureFlow,
    ActOnFlow,
    AddressLimits,
    {
      provide: EmbedFiles,
      inject: [Config],
      useFactory: ({ embedDir }: Config) => new EmbedFiles(undefined, new KeptBuilds(embedDir)),
    },
    { provide: FlowTextCatalogue, useFactory: () => new FlowTextCatalogue() },
  ],
})
export class SyncFlowModule {}
