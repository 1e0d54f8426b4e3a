import { Controller, Get, Header, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DatabaseUnavailable } from '../domain/database-unavailable.js';
import { DomainError } from '../domain/problem.js';
import { Clock } from '../ports/clock.js';
import { Schema } from '../ports/schema.js';
import { Contract } from './openapi.js';
import { Metrics } from './metrics.js';
import { Public } from './principal.js';
import { NotReady, Readiness, type CheckResult } from './readiness.js';
import { Ticks } from './ticks.js';

/** Longer than a busy database takes, shorter than a probe waits. */
const PATIENCE = 2_000;

/** Liveness, readiness and metrics of this process. */
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly contract: Contract,
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    clock: Clock,
    schema: Schema,
    ticks: Ticks,
  ) {
    readiness.add('database', async () => {
      await within(PATIENCE, clock.now());
      return undefined;
    });
    readiness.add('migrations', async () => {
      if (!(await within(PATIENCE, schema.isCurrent()))) throw new NotReady('Migrations are pending.');
      return undefined;
    });
    readiness.add('ticks', async () => {
      const stuck = ticks.stuck();
      if (stuck.length > 0) throw new NotReady(`Stuck: ${stuck.join(', ')}.`);
      return undefined;
    });
  }

  @Get('healthz')
  health(): { readonly status: 'ok'; readonly version: string } {
    return { status: 'ok', version: this.contract.version };
  }

  @Get('readyz')
  async ready(): Promise<{ readonly status: 'ready'; readonly checks: Readonly<Record<string, CheckResult>> }> {
    const checks = await this.readiness.run();
    if (Object.values(checks).every(({ ok }) => ok)) return { status: 'ready', checks };
    throw new DomainError({
      code: 'unavailable',
      status: 'unavailable',
      message: 'A readiness check fails.',
      details: { checks },
    });
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async prometheus(@Res() response: Response): Promise<void> {
    response.end(await this.metrics.registry.metrics());
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new NotReady(`No answer within ${milliseconds} ms.`)), milliseconds);
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    throw error instanceof DatabaseUnavailable ? new NotReady('The database cannot be reached.') : error;
  } finally {
    clearTimeout(timer);
  }
}
