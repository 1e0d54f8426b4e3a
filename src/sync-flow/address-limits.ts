import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError } from '../domain/problem.js';
import { Config } from '../platform/config.js';
import { callerAddress } from '../platform/http/caller-address.js';
import { rateLimited } from '../platform/http/rate-limit.interceptor.js';
import { RateLimits, type RateLimit } from '../platform/http/rate-limits.js';

/** Hosted pages for one address: many merchants may share one. Each asks the database for the session. */
const PAGES: RateLimit = { limit: 600, window: 60_000 };
/** Links that one address tries in vain. */
const REFUSALS: RateLimit = { limit: 300, window: 60_000 };

/** What an address may ask for before anybody knows whose session it is, over all processes. */
@Injectable()
export class AddressLimits {
  constructor(
    private readonly rateLimits: RateLimits,
    private readonly config: Config,
  ) {}

  /**
   * Throws 429, with the seconds to wait on the response. A public address stands for a proxy in front: unless it is
   * trusted, every merchant comes from its address, and ten pages a second by anybody would shut out all of them.
   */
  async countPage(request: Request, response: Response): Promise<void> {
    if (this.config.publicUrl !== undefined && this.config.trustedProxies === undefined) return;
    const quota = await this.rateLimits.spend(`hosted-pages:${callerAddress(request)}`, PAGES);
    if (!quota.allowed) throw rateLimited(response, quota);
  }

  /** The refusal itself, or 429 where there have been too many. A right code still opens: only refusals are counted. */
  async refusal(refusal: unknown, request: Request, response: Response): Promise<unknown> {
    if (!(refusal instanceof DomainError)) return refusal;
    const quota = await this.rateLimits.spend(`refused-exchanges:${callerAddress(request)}`, REFUSALS);
    return quota.allowed ? refusal : rateLimited(response, quota);
  }
}
