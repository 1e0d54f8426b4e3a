import type { RestSettings } from '../../../src/connectors/rest/rest-settings.js';
import type { Instant } from '../../../src/domain/time/instant.js';

/** A server that others wrote, started from its npm package: how `rest` is told of it, and how its users change it. */
export interface ThirdPartyServer {
  /** Settings of a `rest` connection to it, with one model. */
  readonly settings: RestSettings;
  /** A new item, or another title for the one there is; `at` is when, for servers that leave the time to the writer. */
  put(id: string, title: string, at: Instant): Promise<void>;
  remove(id: string): Promise<void>;
  /** What it holds now, title by id: asked for in another way than the listing that is synced. */
  content(): Promise<ReadonlyMap<string, string>>;
  /** The title in a record as it was pulled. */
  titleOf(data: Readonly<Record<string, unknown>>): unknown;
  close(): Promise<void>;
}

/** A change made at the server itself, which has to accept it. */
export async function send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: unknown): Promise<void> {
  const json =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, { method, ...json });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${answer}`);
}

/** What the server answers about something; undefined where it has nothing of that kind. */
export async function ask<T>(url: string): Promise<T | undefined> {
  const response = await fetch(url);
  const answer = await response.text();
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${answer}`);
  return JSON.parse(answer) as T;
}
