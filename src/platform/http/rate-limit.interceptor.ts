import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import { DomainError } from '../../domain/problem.js';
import type { AuthenticatedRequest } from '../principal.js';
import type { HttpLimits } from './limits.js';
import type { Quota, RateLimit, RateLimits } from './rate-limits.js';

/** Holds each key to its requests per window, over all processes, and tells it what is left. */
export class RateLimitInterceptor implements NestInterceptor {
  constructor(
    private readonly rateLimits: RateLimits,
    private readonly limits: HttpLimits,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const { principal } = http.getRequest<AuthenticatedRequest>();
    if (!principal) return next.handle();
    const limit = principal.kind === 'flow' ? this.limits.sessionRequests : this.limits.requests;
    const rate = { limit, window: this.limits.window };
    const quota = await this.rateLimits.spend(`key:${principal.keyId}`, rate);
    const response = http.getResponse<Response>();
    tellQuota(response, quota, rate);
    if (quota.allowed) return next.handle();
    throw rateLimited(response, quota);
  }
}

function tellQuota(response: Response, { remaining, endsIn }: Quota, { limit, window }: RateLimit): void {
  response.setHeader('ratelimit-policy', `"default";q=${limit};w=${window / 1000}`);
  response.setHeader('ratelimit', `"default";r=${remaining};t=${Math.ceil(endsIn / 1000)}`);
}

/** 429, with the seconds to wait on the response. */
export function rateLimited(response: Response, { endsIn }: Quota): DomainError {
  const seconds = Math.max(1, Math.ceil(endsIn / 1000));
  response.setHeader('retry-after', String(seconds));
  const message = `Too many requests. Try again in ${seconds} s.`;
  return new DomainError({ code: 'rate_limited', status: 'too_many_requests', message });
}
