import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import canonicalize from 'canonicalize';
import type { Response } from 'express';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import { DomainError } from '../domain/problem.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { IdempotencyStore, IdempotentAnswer } from '../ports/idempotency.js';
import { Secrets, type SecretOwner } from '../ports/secrets.js';
import { ReplayedAnswer } from './http/replayed-answer.js';
import { requestIdOf } from './http/request-id.js';
import { pathOf, queryOf } from './http/request-path.js';
import type { AuthenticatedRequest, Principal } from './principal.js';
import { problemOf, PROBLEM_TYPE } from './problem.js';

/** Headers that are part of an answer, and not of the way it was sent. */
const kept = ['content-type', 'etag', 'location'];
/** A refusal that has nothing to do with the request itself: another try may fare better. */
const isPassing = (status: number): boolean => status >= 500 || status === 429;

/**
 * Answers a POST, and a PUT of the set-up page, once for each `Idempotency-Key`: the same request again gets the same answer for 24 hours.
 * Refusals are kept too; faults and exhausted quotas are not.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const given = request.headers['idempotency-key'];
    const { principal, method } = request;
    const isTaken = method === 'POST' || (method === 'PUT' && principal?.kind === 'flow');
    if (!isTaken || given === undefined || !principal) return next.handle();
    const exchange = { clientId: principal.clientId, key: keptKey(principal, parseKey(String(given))), request };
    await this.claim(exchange);
    const response = http.getResponse<Response>();
    return next.handle().pipe(
      mergeMap((value: unknown) => from(this.keepAnswer(exchange, response, value))),
      catchError((error: unknown) => from(this.keepRefusal(exchange, error))),
    );
  }

  private async claim({ clientId, key, request }: Exchange): Promise<void> {
    const now = await this.clock.now();
    const fingerprint = fingerprintOf(request);
    const claim = await this.inStore(clientId, (store) => store.claim({ key, fingerprint }, now));
    if (claim.kind === 'ours') return;
    if (claim.kind === 'answered') throw this.replayed(clientId, key, claim.answer);
    throw claim.kind === 'in_use' ? stillInUse() : reused();
  }

  private async keepAnswer(exchange: Exchange, response: Response, value: unknown): Promise<unknown> {
    const headers = Object.fromEntries(kept.flatMap((name) => pair(name, response.getHeader(name))));
    const body = value === undefined ? undefined : JSON.stringify(value);
    await this.keep(exchange, { status: response.statusCode, headers, body });
    return value;
  }

  private async keepRefusal(exchange: Exchange, error: unknown): Promise<never> {
    const problem = problemOf(error, requestIdOf(exchange.request));
    if (isPassing(problem.status)) {
      await this.inStore(exchange.clientId, (store) => store.release(exchange.key));
    } else {
      const headers = { 'content-type': PROBLEM_TYPE };
      await this.keep(exchange, { status: problem.status, headers, body: JSON.stringify(problem) });
    }
    throw error;
  }

  private async keep({ clientId, key }: Exchange, answer: PlainAnswer): Promise<void> {
    const { status, headers, body } = answer;
    const sealed = body === undefined ? {} : { body: this.secrets.seal(ownerOf(clientId, key), body) };
    await this.inStore(clientId, (store) => store.answer(key, { status, headers, ...sealed }));
  }

  private replayed(clientId: string, key: string, { status, headers, body }: IdempotentAnswer): ReplayedAnswer {
    return new ReplayedAnswer(status, headers, body && this.secrets.open(ownerOf(clientId, key), body));
  }

  private inStore<T>(clientId: string, work: (store: IdempotencyStore) => Promise<T>): Promise<T> {
    if (clientId === '') return this.database.asOperator(({ idempotency }) => work(idempotency));
    return this.database.asClient(clientId, ({ idempotency }) => work(idempotency));
  }
}

interface Exchange {
  readonly clientId: string;
  readonly key: string;
  readonly request: AuthenticatedRequest;
}

interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Printable ASCII, and nothing that decodes to a control character in somebody's log. */
function parseKey(text: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(text) && !/%([01][0-9a-f]|7f)/i.test(text)) return text;
  throw new DomainError({
    code: 'idempotency_key_invalid',
    status: 'malformed',
    message: 'Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.',
    details: { parameter: 'Idempotency-Key' },
  });
}

/** Keys of a session are its own: with a space in them, which no key that is sent may have, they meet no others. */
const keptKey = (principal: Principal, key: string): string =>
  principal.kind === 'flow' ? `${principal.session.id} ${key}` : key;

const fingerprintOf = (request: AuthenticatedRequest): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([request.method, targetOf(request), canonicalize(request.body) ?? null]))
    .digest();

/** The merchant who changes the page's language and tries again asks for the same thing. */
function targetOf(request: AuthenticatedRequest): string {
  if (request.principal?.kind !== 'flow') return request.originalUrl;
  const query = new URLSearchParams(queryOf(request));
  query.delete('locale');
  return query.size === 0 ? pathOf(request) : `${pathOf(request)}?${query.toString()}`;
}

const ownerOf = (clientId: string, key: string): SecretOwner => ({
  clientId,
  id: key,
  purpose: 'idempotent-answer.body',
});

const pair = (name: string, value: unknown): [string, string][] => (typeof value === 'string' ? [[name, value]] : []);

const stillInUse = (): DomainError =>
  new DomainError({
    code: 'idempotency_key_in_use',
    status: 'conflict',
    message: 'The first request with this Idempotency-Key is still being answered. Try again in a moment.',
  });

const reused = (): DomainError =>
  new DomainError({
    code: 'idempotency_key_reused',
    status: 'invalid',
    message: 'This Idempotency-Key came with another request before. Use a new key for a new request.',
  });
