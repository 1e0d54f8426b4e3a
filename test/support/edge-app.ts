import { randomBytes } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { IsInt, IsObject, Max, Min } from 'class-validator';
import type { Response } from 'express';
import { DatabaseUnavailable } from '../../src/domain/database-unavailable.js';
import { DomainError } from '../../src/domain/problem.js';
import { Config, readConfig } from '../../src/platform/config.js';
import { Cursors } from '../../src/platform/cursors.js';
import { IfMatch, requireVersion } from '../../src/platform/etag.js';
import { httpLimits, type HttpLimits } from '../../src/platform/http/limits.js';
import { installHttpEdge } from '../../src/platform/http-edge.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { ClientId, accessOf, type AuthenticatedRequest } from '../../src/platform/principal.js';
import { Omittable, OptionalOrNull, PageQuery, Text } from '../../src/platform/validation.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { StorageModule } from '../../src/storage/storage.module.js';
import { ManualClock } from './manual-clock.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

export const clients = { a: 'cli_01jd7q2m4x8k3v9t5b6n0wzc0a', b: 'cli_01jd7q2m4x8k3v9t5b6n0wzc0b' } as const;

class CompanyBody {
  @Text({ max: 20 })
  readonly name: string;

  @Omittable()
  @IsInt()
  @Min(1)
  @Max(9)
  readonly rank?: number;

  @OptionalOrNull()
  @IsObject()
  readonly tags?: Record<string, string> | null;
}

/** A few routes of the contract, with what the edge has to protect behind them. */
@Controller()
class EdgeRoutes {
  static readonly started: string[] = [];
  static gate: Promise<void> = Promise.resolve();

  constructor(private readonly cursors: Cursors) {}

  @Get('v1/companies')
  list(@ClientId() clientId: string, @Query() query: PageQuery): unknown {
    const request = this.cursors.request(clientId, 'companies', query);
    const after = Number(request.after ?? 0);
    const page = { data: [after + 1], nextAfter: String(after + 1) };
    return { ...this.cursors.answer(clientId, 'companies', page, (item) => item), limit: query.limit };
  }

  @Post('v1/companies')
  async create(@Body() body: CompanyBody, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    EdgeRoutes.started.push(body.name);
    await EdgeRoutes.gate;
    if (body.name === 'fault') throw new Error('select * from company; /etc/passwd');
    if (body.name === 'outage') throw new DatabaseUnavailable();
    if (body.name === 'taken') {
      throw new DomainError({ code: 'external_id_taken', status: 'conflict', message: 'This name is taken.' });
    }
    response.setHeader('location', '/v1/companies/1');
    return { name: body.name, rank: body.rank, number: EdgeRoutes.started.length, kind: body.constructor.name };
  }

  @Get('v1/connections/:connectionId')
  connection(@Param('connectionId') id: string): never {
    throw new DomainError({ code: 'not_found', status: 'not_found', message: `No connection ${id}.` });
  }

  @Get('v1/syncs/:syncId/schedule')
  schedule(): unknown {
    return { kept: true };
  }

  @Put('v1/syncs/:syncId/schedule')
  save(@Body() body: unknown, @IfMatch() version: number | undefined): unknown {
    requireVersion(version, 7);
    return { body };
  }

  @Get('v1/runs/:runId/logs')
  async long(@Res() response: Response): Promise<void> {
    response.write('begun ');
    await EdgeRoutes.gate;
    response.end('and done');
  }

  @Post('v1/connections/:connectionId/unlink')
  @HttpCode(200)
  unlink(): unknown {
    return { unlinked: true };
  }
}

class EdgeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (accessOf(context) === 'public') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const [, key = ''] = /^Bearer (\w+)$/.exec(request.headers.authorization ?? '') ?? [];
    const [name = ''] = key.split('_');
    const clientId = name === 'a' || name === 'b' ? clients[name] : undefined;
    if (!clientId) throw new DomainError({ code: 'unauthenticated', status: 'unauthenticated', message: 'No key.' });
    request.principal = { kind: 'client', clientId, keyId: `key_${key}`, scopes: ['read', 'write'] };
    return true;
  }
}

export interface EdgeApp {
  readonly baseUrl: string;
  readonly databaseUrl: string;
  readonly superuserUrl: string;
  readonly clock: ManualClock;
  readonly app: NestExpressApplication;
  /** Names of the companies that reached the route. */
  readonly started: string[];
  /** Holds every creation until the promise resolves. */
  holdUntil(gate: Promise<void>): void;
  close(): Promise<void>;
}

/**
 * The edge on a small application of its own, over real HTTP, on a real database: a new one, or that of another
 * edge, as a second process would share it.
 */
export async function startEdgeApp(limits: Partial<HttpLimits> = {}, sharedUrl?: string): Promise<EdgeApp> {
  const database = sharedUrl === undefined ? await createTestDatabase() : shared(sharedUrl);
  const config = edgeConfig(database.url);
  const options = { url: database.url, backend: 'postgres', poolSize: 5, worker: false } as const;
  const storage = await openStorage({ ...options, onError: () => undefined });
  const clock = new ManualClock();

  @Module({
    imports: [StorageModule.for({ ...storage, clock }), PlatformModule.for(config)],
    controllers: [EdgeRoutes],
    providers: [{ provide: APP_GUARD, useClass: EdgeGuard }],
  })
  class EdgeModule {}

  const app = await NestFactory.create<NestExpressApplication>(EdgeModule, { bodyParser: false, logger: false });
  installHttpEdge(app, { ...httpLimits, ...limits });
  await app.listen(0, '127.0.0.1');
  EdgeRoutes.started.length = 0;
  EdgeRoutes.gate = Promise.resolve();
  return {
    baseUrl: await app.getUrl(),
    databaseUrl: database.url,
    superuserUrl: database.superuserUrl,
    clock,
    app,
    started: EdgeRoutes.started,
    holdUntil: (gate) => {
      EdgeRoutes.gate = gate;
    },
    close: async () => {
      await app.close();
      await storage.close();
      await database.drop();
    },
  };
}

const shared = (url: string): TestDatabase => ({ url, superuserUrl: url, drop: async () => undefined });

const edgeConfig = (databaseUrl: string): Config =>
  readConfig({
    DATABASE_URL: databaseUrl,
    ADMIN_KEY: randomBytes(20).toString('hex'),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'silent',
  });
