import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { callerAddress } from './http/caller-address.js';
import { rateLimited } from './http/rate-limit.interceptor.js';
import type { RateLimits } from './http/rate-limits.js';
import { ReplayedAnswer } from './http/replayed-answer.js';
import { requestIdOf } from './http/request-id.js';
import { problemOf, PROBLEM_TYPE, type ProblemDocument } from './problem.js';

/** Seconds after which a request that met an outage is worth sending again. */
const RETRY_AFTER_OUTAGE = 1;
/** After these, what is left of a body is not read: the connection ends with the answer. */
const closing: ReadonlySet<number> = new Set([408, 413]);

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  /** `badKeys`: refused keys from one address in a minute, after which it is told to wait. */
  constructor(
    private readonly rateLimits: RateLimits,
    private readonly badKeys: number,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<Request>(), http.getResponse<Response>()).catch((fault: unknown) => {
      this.logger.error({ err: fault });
      http.getResponse<Response>().destroy();
    });
  }

  private async answer(error: unknown, request: Request, response: Response): Promise<void> {
    if (response.headersSent) {
      this.logger.error({ err: error, requestId: requestIdOf(request) });
      response.destroy();
    } else if (error instanceof ReplayedAnswer) {
      replay(error, response);
    } else {
      const problem = problemOf(error, requestIdOf(request));
      if (problem.code === 'internal_error') this.logger.error({ err: error, requestId: problem.requestId });
      send(await this.orTooManyBadKeys(problem, request, response), response);
    }
  }

  /** Guessing keys is hopeless, but looking them up is work. A right key from the same address still opens. */
  private async orTooManyBadKeys(
    problem: ProblemDocument,
    request: Request,
    response: Response,
  ): Promise<ProblemDocument> {
    const isGuess = request.headers.authorization !== undefined || problem.code === 'link_token_invalid';
    if (problem.status !== 401 || !isGuess) return problem;
    const rate = { limit: this.badKeys, window: 60_000 };
    const quota = await this.rateLimits.spend(`bad-keys:${callerAddress(request)}`, rate).catch(() => undefined);
    return !quota || quota.allowed ? problem : problemOf(rateLimited(response, quota), problem.requestId);
  }
}

function send(problem: ProblemDocument, response: Response): void {
  if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (problem.status === 503) response.setHeader('retry-after', String(RETRY_AFTER_OUTAGE));
  if (closing.has(problem.status)) response.setHeader('connection', 'close');
  response.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
}

function replay({ status, headers, body }: ReplayedAnswer, response: Response): void {
  response.status(status).setHeader('idempotency-replayed', 'true');
  response.type('application/json');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.send(body);
}
