import type { FlowProblem } from './contract.js';
import { failureOf, FlowFailure } from './flow-failure.js';

export type TokenReason = 'initial' | 'expired';

export interface FlowClientOptions {
  /** Where the product is, such as `https://sync.example.com`. */
  readonly apiBase: string;
  readonly token?: string | undefined;
  /** Asked for a token at the start, and again when one has expired. */
  readonly fetchToken?: ((reason: TokenReason) => Promise<string>) | undefined;
  /** BCP 47, of what the server says in words; the session's when absent. */
  readonly locale?: string | undefined;
}

export interface FlowRequest {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

export interface FlowAnswer<T> {
  readonly status: number;
  /** Undefined for 304. */
  readonly body: T;
  readonly etag: string | undefined;
}

export type Send = <T>(request: FlowRequest) => Promise<FlowAnswer<T>>;

/** Plain http would show the token to the network; this machine is its own network. */
export function checkedBase(apiBase: string): string {
  const url = URL.parse(apiBase);
  const local = /^(localhost|127\.0\.0\.1|\[::1\])$|\.localhost$/.test(url?.hostname ?? '');
  if (url === null || (url.protocol !== 'https:' && !local)) {
    const detail = `api-base must be an https address: ${apiBase}`;
    throw new FlowFailure('invalid', { status: 0, code: 'invalid_api_base', detail }, '');
  }
  return url.href.replace(/\/$/, '');
}

/** Requests with the session's token. One that has expired is replaced once; then it is a failure. */
export function sender(options: FlowClientOptions): Send {
  const base = checkedBase(options.apiBase);
  let given = options.token;
  let token = given;
  // The owner of the options may put a new token into them at any time; it takes the place of the one at hand.
  const current = (): string | undefined => {
    if (options.token !== given) token = given = options.token;
    return token;
  };
  const renew = async (reason: TokenReason): Promise<void> => {
    if (options.fetchToken === undefined) throw new FlowFailure('expired', undefined, '');
    token = await options.fetchToken(reason);
  };
  return async <T>(request: FlowRequest) => {
    if (current() === undefined) await renew('initial');
    const first = await attempt<T>(base, token, request);
    if (!(first instanceof FlowFailure)) return first;
    if (first.kind !== 'expired' || options.fetchToken === undefined) throw first;
    await renew('expired');
    const second = await attempt<T>(base, token, request);
    if (second instanceof FlowFailure) throw second;
    return second;
  };
}

async function attempt<T>(
  base: string,
  token: string | undefined,
  { method = 'GET', path, body, headers, signal }: FlowRequest,
): Promise<FlowAnswer<T> | FlowFailure> {
  const sent = new Headers({ authorization: `Bearer ${token ?? ''}` });
  for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) sent.set(name, value);
  if (body !== undefined) sent.set('content-type', 'application/json');
  const response = await fetch(base + path, {
    method,
    headers: sent,
    body: body === undefined ? null : JSON.stringify(body),
    credentials: 'omit',
    cache: 'no-store',
    signal: signal ?? null,
  });
  return answerOf<T>(response);
}

async function answerOf<T>(response: Response): Promise<FlowAnswer<T> | FlowFailure> {
  const etag = response.headers.get('etag') ?? undefined;
  const { status } = response;
  if (response.ok || status === 304) {
    return { status, body: (status === 304 ? undefined : await response.json()) as T, etag };
  }
  const problem = (await response.json().catch(() => undefined)) as FlowProblem | undefined;
  return failureOf(status, problem, response.headers.get('x-request-id') ?? '');
}
