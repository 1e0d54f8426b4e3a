import { checkAnswer } from './contract.js';
import type { Answer, TestClient, World } from './world.js';

export const PAGE = 'https://app.acme.com';

export type Page = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** A session of the set-up page, and a page that uses it. */
export interface OpenedPage {
  readonly id: string;
  readonly token: string;
  readonly code: string;
  readonly page: Page;
}

/** A merchant's page of some origin, with a token; every answer is held against the contract. */
export function pageWith(world: Pick<World, 'baseUrl'>, token: string, origin: string | null = PAGE): Page {
  return async (method, path, body, headers = {}) => {
    const given: Record<string, string> = { authorization: `Bearer ${token}`, ...headers };
    if (origin !== null) given['origin'] = origin;
    if (body !== undefined) given['content-type'] = 'application/json';
    const request: RequestInit = { method, headers: given };
    if (body !== undefined) request.body = JSON.stringify(body);
    const response = await fetch(`${world.baseUrl}${path}`, request);
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    checkAnswer(method, path, answer);
    return answer;
  };
}

/** Opens a session for a company, and a page of the client's first origin. */
export async function openPage(
  world: Pick<World, 'baseUrl'>,
  { api }: Pick<TestClient, 'api'>,
  companyId: string,
  body: Record<string, unknown> = {},
): Promise<OpenedPage> {
  const opened = await api('POST', `/v1/companies/${companyId}/flow-sessions`, body);
  if (opened.status !== 201) throw new Error(`no session: ${opened.status} ${JSON.stringify(opened.body)}`);
  const { id, token, hostedUrl } = opened.body;
  return { id, token, code: hostedUrl.split('#c=')[1] ?? '', page: pageWith(world, token) };
}

/** Lets pages of `https://app.acme.com` use the client's sessions. */
export const allowPage = ({ api }: Pick<TestClient, 'api'>): Promise<Answer> =>
  api('PATCH', '/v1/client', { allowedOrigins: [PAGE], redirectUrls: [`${PAGE}/done`] });
