import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Config } from './config.js';
import { BodyInterceptor } from './http/body.interceptor.js';
import { answerConnectionErrors } from './http/connection-errors.js';
import { flowPreflight } from './http/cors.js';
import { docsJson, docsPage } from './http/docs.js';
import { guardRequest } from './http/guard-request.js';
import { httpLimits, type HttpLimits } from './http/limits.js';
import { QueryParametersInterceptor } from './http/query-parameters.interceptor.js';
import { RateLimitInterceptor } from './http/rate-limit.interceptor.js';
import { RateLimits } from './http/rate-limits.js';
import { identifyRequest } from './http/request-id.js';
import { securityHeaders } from './http/security-headers.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { Contract } from './openapi.js';
import { ProblemFilter } from './problem.filter.js';
import { ValidationPipe } from './validation-pipe.js';

/**
 * Everything a request passes on its way to a route, in this order: request id, headers, path and method,
 * then (by a guard of tenancy/) who is calling, quota, query, body, idempotency, and the checks of the DTOs.
 * The application must have been created with `bodyParser: false`.
 */
export function installHttpEdge(app: NestExpressApplication, limits: HttpLimits = httpLimits): void {
  const contract = app.get(Contract);
  const rateLimits = app.get(RateLimits);
  app.disable('x-powered-by');
  // Entity tags are versions here, not hashes of the answer.
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', app.get(Config).trustedProxies ?? false);
  app.use(identifyRequest, securityHeaders, flowPreflight, guardRequest(contract));
  app.use('/docs', ...docsPage(contract));
  app.use('/openapi.json', docsJson(contract));
  app.useGlobalFilters(new ProblemFilter(rateLimits, limits.badKeys));
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalInterceptors(
    new RateLimitInterceptor(rateLimits, limits),
    new QueryParametersInterceptor(contract),
    new BodyInterceptor(contract, limits),
    app.get(IdempotencyInterceptor),
  );
  prepareServer(app.getHttpServer(), limits);
}

function prepareServer(server: Server, { requestTimeout }: HttpLimits): void {
  server.requestTimeout = requestTimeout * 2;
  server.headersTimeout = requestTimeout;
  // Options of a server's making, which Nest does not pass on. Node reads both later: the interval when it
  // begins to listen, the other at each request, which it would refuse by itself without a word of why.
  Object.assign(server, { connectionsCheckingInterval: Math.min(5_000, requestTimeout), requireHostHeader: false });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  answerConnectionErrors(server);
}
