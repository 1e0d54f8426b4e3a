import { RestConnector } from '../../src/connectors/rest/rest.connector.js';
import type { RestModel, RestSettings } from '../../src/connectors/rest/rest-settings.js';
import { SourceHttp } from '../../src/connectors/http/source-http.js';
import { SOURCE_LIMITS, type SourceLimits } from '../../src/connectors/http/source-request.js';
import { instant, type Instant } from '../../src/domain/time/instant.js';
import { SourceError } from '../../src/domain/run/source-error.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { Clock } from '../../src/ports/clock.js';
import type { Checkpoint, PullConnector, PullRequest, RecordPage, SourceRecord } from '../../src/ports/connector.js';

export const NOW = instant('2026-03-01T12:00:00Z');

class StandingClock extends Clock {
  override now(): Promise<Instant> {
    return Promise.resolve(NOW);
  }
}

/** A `rest` connector that may reach `origins` on loopback and does not wait long between tries. */
export function restConnector(origins: readonly string[], limits: Partial<SourceLimits> = {}): RestConnector {
  const outbound = new Outbound({ allow: origins });
  return new RestConnector(outbound, sourceHttp(outbound, limits));
}

export const sourceHttp = (outbound: Outbound, limits: Partial<SourceLimits> = {}): SourceHttp =>
  new SourceHttp(outbound, new StandingClock(), { ...SOURCE_LIMITS, retry: { retries: 2, minTimeout: 1 }, ...limits });

export interface Pulled {
  readonly connector: PullConnector;
  readonly settings: RestSettings;
  readonly model?: string;
  readonly mode?: PullRequest['mode'];
  readonly window?: PullRequest['window'];
  readonly filter?: PullRequest['filter'];
  readonly connectionId?: string;
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly checkpoint?: Checkpoint;
  readonly signal?: AbortSignal;
  readonly notice?: PullRequest['notice'];
}

export function pages({ connector, settings, ...options }: Pulled): AsyncIterable<RecordPage> {
  const { model = 'items', mode = 'incremental', window, filter, checkpoint, notice } = options;
  const connection = {
    clientId: 'cli_0',
    connectionId: options.connectionId ?? 'con_0',
    settings: settings as unknown as Readonly<Record<string, unknown>>,
    credentials: options.credentials ?? {},
    variables: options.variables ?? {},
  };
  const signal = options.signal ?? new AbortController().signal;
  return connector.pull({ connection, model, mode, window, filter, checkpoint, notice }, signal);
}

/** Everything a pull gives, in order. */
export async function pullAll(pulled: Pulled): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const page of pages(pulled)) records.push(...page.records);
  return records;
}

/** As `pullAll`, but killed after every page and taken up again from what a database would have kept. */
export async function pullInPieces(pulled: Pulled): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for (let checkpoint: Checkpoint | undefined; ;) {
    const [page] = await firstOf(pages({ ...pulled, checkpoint }));
    records.push(...(page?.records ?? []));
    if (page?.checkpoint === undefined) return records;
    checkpoint = JSON.parse(JSON.stringify(page.checkpoint)) as Checkpoint;
  }
}

async function firstOf<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  for await (const item of iterable) return [item];
  return [];
}

/** The failure a pull ends with. */
export async function failureOf(work: Promise<unknown>): Promise<SourceError['failure']> {
  const error = await work.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  if (error instanceof SourceError) return error.failure;
  throw error;
}

export const settingsOf = (baseUrl: string, model: RestModel): RestSettings => ({ baseUrl, models: { items: model } });

export const ids = (records: readonly SourceRecord[]): readonly string[] => records.map(({ id }) => id);
