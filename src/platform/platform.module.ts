import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Secrets } from '../ports/secrets.js';
import { Config } from './config.js';
import { Counters } from './counters.js';
import { Cursors } from './cursors.js';
import { FeedCursors } from './feed-cursors.js';
import { HealthController } from './health.controller.js';
import { Housekeeping } from './housekeeping.js';
import { RateLimits } from './http/rate-limits.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { logging } from './log.js';
import { Metrics } from './metrics.js';
import { Contract } from './openapi.js';
import { Outbound } from './outbound/outbound.js';
import { Readiness } from './readiness.js';
import { AesGcmSecrets } from './secrets.js';
import { TickMetrics } from './tick-metrics.js';
import { Ticks } from './ticks.js';
import { TimeZoneData } from './time-zone-data.js';

/** What every room may use. Needs the ports that storage/ provides. */
@Global()
@Module({})
export class PlatformModule {
  static for(config: Config): DynamicModule {
    const providers = [
      { provide: Config, useValue: config },
      { provide: Secrets, useValue: new AesGcmSecrets(config.encryptionKeys) },
      { provide: Outbound, useFactory: () => new Outbound({ allow: config.outboundAllow }) },
      { provide: Contract, useFactory: () => new Contract() },
      Counters,
      Cursors,
      FeedCursors,
      Metrics,
      RateLimits,
      Readiness,
      Ticks,
      TimeZoneData,
      IdempotencyInterceptor,
    ];
    return {
      module: PlatformModule,
      imports: [logging(config), ScheduleModule.forRoot()],
      controllers: [HealthController],
      providers: [...providers, Housekeeping, TickMetrics],
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}
