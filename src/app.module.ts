import { Module, type DynamicModule } from '@nestjs/common';
import { ConsoleModule } from './console/console.module.js';
import { ConnectorsModule } from './connectors/connectors.module.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import type { Config } from './platform/config.js';
import { PlatformModule } from './platform/platform.module.js';
import { RecordsModule } from './records/records.module.js';
import { ScheduleModule } from './schedule/schedule.module.js';
import { StorageModule, type OpenStorage } from './storage/storage.module.js';
import { SyncFlowModule } from './sync-flow/sync-flow.module.js';
import { SyncModule } from './sync/sync.module.js';
import { TenancyModule } from './tenancy/tenancy.module.js';
import { VariablesModule } from './variables/variables.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The composition root: one list of rooms. A process opens those of its roles. */
@Module({})
export class AppModule {
  static for(config: Config, storage: OpenStorage): DynamicModule {
    const api = config.roles.has('api')
      ? [TenancyModule, ScheduleModule, VariablesModule, RecordsModule, SyncFlowModule]
      : [];
    return {
      module: AppModule,
      imports: [
        StorageModule.for(storage),
        PlatformModule.for(config),
        ConnectorsModule,
        ...api,
        DispatchModule,
        ConsoleModule.for(config),
        SyncModule.for(config),
        WebhooksModule.for(config),
      ],
    };
  }
}
