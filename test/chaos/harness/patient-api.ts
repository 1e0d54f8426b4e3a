import { setTimeout as sleep } from 'node:timers/promises';

// Read by the checks, which say what is missing.
// oxlint-disable-next-line typescript/no-explicit-any
export type Body = any;

/** How long one request is tried, in milliseconds: as long as a client would that lives through a restart. */
const PATIENCE = 90_000;

/** A caller who asks the next process where one does not answer, and again on 429 and 503, as the contract tells him to. */
export class PatientApi {
  /** Requests that had to be sent again. */
  repeated = 0;

  constructor(
    private readonly urls: () => readonly string[],
    private readonly key: string,
  ) {}

  withKey(key: string): PatientApi {
    return new PatientApi(this.urls, key);
  }

  /** The body of a 2xx answer; throws on any other that is final. */
  async ask(method: string, path: string, body?: unknown): Promise<Body> {
    const end = performance.now() + PATIENCE;
    for (let tries = 0; ; tries += 1) {
      const answer = await this.once(method, path, { body, tries });
      if (answer && answer.status < 300) return answer.body;
      if (answer && answer.status !== 503 && answer.status !== 429)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      if (performance.now() > end) throw new Error(`${method} ${path} was not answered within ${PATIENCE} ms`);
      this.repeated += 1;
      await sleep(200);
    }
  }

  /** Everything on a list, page by page. */
  async all(path: string): Promise<readonly Body[]> {
    const found: Body[] = [];
    const joint = path.includes('?') ? '&' : '?';
    for (let cursor: string | null = ''; cursor !== null;) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Body = await this.ask('GET', `${path}${joint}limit=200${after}`);
      found.push(...page.data);
      // The change feed always gives a cursor, and tells apart whether there is more.
      cursor = page.hasMore === false ? null : page.nextCursor;
    }
    return found;
  }

  /** Undefined where nobody answered. */
  private async once(method: string, path: string, { body, tries }: { body: unknown; tries: number }) {
    const urls = this.urls();
    const url = urls[tries % Math.max(1, urls.length)];
    if (url === undefined) return undefined;
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const request: RequestInit = {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...json },
      signal: AbortSignal.timeout(15_000),
    };
    if (body !== undefined) request.body = JSON.stringify(body);
    try {
      const response = await fetch(`${url}${path}`, request);
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    } catch {
      return undefined;
    }
  }
}
