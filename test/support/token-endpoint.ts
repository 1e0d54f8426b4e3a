import { createServer, type ServerResponse } from 'node:http';
import { close, listen } from './list-source.js';

export interface TokenRequest {
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Answers the nth request for a token, 1 the first. */
export type TokenAnswer = (response: ServerResponse, nth: number) => void;

export interface TokenEndpoint {
  readonly origin: string;
  /** Where tokens are issued. */
  readonly url: string;
  readonly requests: readonly TokenRequest[];
  answer(next: TokenAnswer): void;
  close(): Promise<void>;
}

export const issue = (response: ServerResponse, token: Readonly<Record<string, unknown>>, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(token));

/** A token endpoint on loopback: it issues `token-1`, `token-2` and so on until it is told otherwise. */
export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  const requests: TokenRequest[] = [];
  let answer: TokenAnswer = (response, nth) =>
    issue(response, { access_token: `token-${nth}`, token_type: 'Bearer', expires_in: 3600 });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
      requests.push({ form, headers: request.headers });
      answer(response, requests.length);
    });
  });
  const origin = await listen(server);
  return {
    origin,
    url: `${origin}/oauth/token`,
    requests,
    answer: (next) => {
      answer = next;
    },
    close: () => close(server),
  };
}
