import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request as send, type Dispatcher } from 'undici';
import { Deadline } from './deadline.js';
import { OutboundError, classify } from './outbound-error.js';
import { publicLookup, resolveBySystem, type Resolve } from './public-lookup.js';
import { ACCEPTED_ENCODINGS, readBody } from './read-body.js';
import { checkUrl, type UrlCheck } from './url-rules.js';

export { OutboundError, type OutboundErrorCode } from './outbound-error.js';
export type { UrlCheck } from './url-rules.js';

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent byte for byte. */
  readonly body?: string | Buffer;
  /** Milliseconds from the first name lookup to the last byte of the answer, redirects included. */
  readonly timeout: number;
  /** Largest body that is taken, after decompression. */
  readonly maxBytes: number;
  /** What to do with a larger one; `error` unless given. */
  readonly onOverflow?: 'error' | 'truncate';
  readonly signal?: AbortSignal;
  /** GET and HEAD only, at most 5, each target checked like the first; credentials stay with the first origin. */
  readonly followRedirects?: boolean;
}

export interface OutboundResponse {
  readonly status: number;
  /** Names in lower case; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly truncated: boolean;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

export interface OutboundOptions {
  /** Origins exempt from the address and https rules. */
  readonly allow: readonly string[];
  readonly resolve?: Resolve;
}

const MOST_REDIRECTS = 5;
/**
 * So that one slow host cannot take every socket. Many clients may have webhook endpoints at the same host, each with a
 * few requests at a time and one while it fails: fewer connections would let the dead ones hold up the others.
 */
const CONNECTIONS_PER_ORIGIN = 256;
const CONNECT_TIMEOUT = 10_000;
const MOST_HEADER_BYTES = 32 * 1024;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Headers that may follow a redirect to another origin. Any other may be a credential. */
const impersonal: ReadonlySet<string> = new Set(['accept', 'accept-language', 'user-agent']);

/** The one door for every request that Meridian makes. Throws OutboundError only. */
@Injectable()
export class Outbound implements OnApplicationShutdown {
  private readonly allow: ReadonlySet<string>;
  private readonly publicAgent: Agent;
  private readonly allowedAgent: Agent;

  constructor({ allow, resolve = resolveBySystem }: OutboundOptions) {
    this.allow = new Set(allow);
    this.publicAgent = agent({ lookup: publicLookup(resolve) });
    this.allowedAgent = agent({});
  }

  /** Whether a URL may be registered, and its one spelling. */
  checkUrl(text: string): UrlCheck {
    return checkUrl(text, this.allow);
  }

  /** Sends one request and reads its answer, whatever its status. */
  async request(request: OutboundRequest): Promise<OutboundResponse> {
    const deadline = new Deadline(request.timeout, request.signal);
    try {
      return await this.follow(request, deadline.signal);
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      if (request.signal?.aborted) throw new OutboundError('aborted', 'The request was aborted.', { cause: error });
      if (deadline.hasPassed)
        throw new OutboundError('timeout', `No answer within ${request.timeout} ms.`, { cause: error });
      throw classify(error);
    } finally {
      deadline.clear();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.publicAgent.destroy(), this.allowedAgent.destroy()]);
  }

  private async follow(request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse> {
    const first = allowedUrl(this.checkUrl(request.url));
    let target = first;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const answer = await this.send({ ...request, url: target, headers: headersFor(request, first, target) }, signal);
      const location = redirectIn(request, answer);
      if (location === undefined) return answer;
      target = this.redirected(location, target);
    }
    throw new OutboundError('too_many_redirects', `The answer led elsewhere more than ${MOST_REDIRECTS} times.`);
  }

  private redirected(location: string, from: string): string {
    const check = URL.canParse(location, from) ? this.checkUrl(new URL(location, from).href) : undefined;
    if (check?.ok) return check.url;
    throw new OutboundError('blocked_redirect', 'The answer leads to a URL that is not allowed.');
  }

  private async send(request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse> {
    const { method, url, headers, body, timeout, maxBytes, onOverflow = 'error' } = request;
    const dispatcher = this.allow.has(new URL(url).origin) ? this.allowedAgent : this.publicAgent;
    const answer = await send(url, {
      dispatcher,
      method,
      signal,
      headers: { 'user-agent': 'Meridian', 'accept-encoding': ACCEPTED_ENCODINGS, ...lowerCased(headers) },
      body: body ?? null,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    const plain = plainHeaders(answer.headers);
    // An answer to HEAD has no body, whatever its headers say.
    const encoding = method === 'HEAD' ? '' : (plain['content-encoding'] ?? '');
    const read = await readBody(answer.body, encoding, { maxBytes, onOverflow });
    return { status: answer.statusCode, headers: plain, url, ...read };
  }
}

function agent(connect: { readonly lookup?: ReturnType<typeof publicLookup> }): Agent {
  return new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: MOST_HEADER_BYTES,
    connect: { ...connect, timeout: CONNECT_TIMEOUT },
  });
}

function allowedUrl(check: UrlCheck): string {
  if (check.ok) return check.url;
  throw new OutboundError(check.code, check.message);
}

function redirectIn(
  { followRedirects = false, method }: OutboundRequest,
  answer: OutboundResponse,
): string | undefined {
  const isSafe = method === 'GET' || method === 'HEAD';
  return followRedirects && isSafe && redirects.has(answer.status) ? answer.headers.location : undefined;
}

function headersFor(
  { headers = {} }: OutboundRequest,
  first: string,
  target: string,
): Readonly<Record<string, string>> {
  if (new URL(first).origin === new URL(target).origin) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => impersonal.has(name.toLowerCase())));
}

const lowerCased = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(entries);
}
