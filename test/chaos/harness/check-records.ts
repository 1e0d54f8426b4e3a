import type { ReadMessage, ReadPeriod, ReadShop } from './final-read.js';
import type { Body } from './patient-api.js';
import { nameOf, type Served, type ShopRecord } from './source-server.js';

/** What the messages tell. */
export interface Announced {
  readonly messages: readonly ReadMessage[];
  readonly payloads: ReadonlyMap<string, Body>;
}

export interface RecordsAtHand extends Announced {
  /** The shop's records at the source. */
  readonly source: readonly ShopRecord[];
  readonly served: readonly Served[];
}

/** Runs that ended tell what they announced; a run that is tried again tells it in the end. */
const ENDED = new Set([
  'sync.period.completed',
  'sync.period.completed.initial',
  'sync.period.failed',
  'sync.run.aborted',
]);

/** Each record of the source up to the watermark is stored once, as it is, and each change was announced once. */
export function checkRecords(read: ReadShop, at: RecordsAtHand): readonly string[] {
  const { shop, records, periods } = read;
  const done = periods.filter(({ status }) => status === 'succeeded');
  const counts = countsOf(read, at);
  const found = [
    ...contents(read, at.source, new Date(done.at(-1)?.dueDate ?? 0).toISOString()),
    ...announced(read, counts.created),
    ...served(done, at.served),
    ...(shop.isEdited ? [] : fetched(done, at, counts.byStart)),
  ];
  const versions = at.source.reduce((sum, { version }) => sum + version, 0);
  const all = changesIn(counts);
  if (all > versions) found.push(`${all} changes were announced, and the source had ${versions}`);
  if (records.some(({ deletedAt }) => deletedAt !== null))
    found.push('a record is deleted, and the source deletes none');
  return found.map((finding) => `${shop.name} (${shop.connectionId}): ${finding}`);
}

function contents({ records }: ReadShop, source: readonly ShopRecord[], upTo: string): readonly string[] {
  const stored = new Map(records.map(({ id, data }) => [id, nameOf(data)]));
  const expected = source.filter(({ updatedAt }) => updatedAt < upTo);
  const names = new Set(expected.map(({ id }) => id));
  const lost = expected.filter((record) => stored.get(record.id) !== nameOf(record));
  return [
    ...lost.map((record) => `record ${nameOf(record)} of ${record.updatedAt} is stored as ${stored.get(record.id)}`),
    ...[...stored].filter(([id]) => !names.has(id)).map(([id]) => `record ${id} is stored, and not in any done period`),
  ];
}

interface Counts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  /** Records fetched by done periods, by their start. */
  readonly byStart: ReadonlyMap<number, number>;
}

function countsOf({ shop }: ReadShop, { messages, payloads }: Announced): Counts {
  const ended = messages.filter(({ syncId, type }) => syncId === shop.syncId && ENDED.has(type));
  const told = ended.map(({ id }) => payloads.get(id)?.data);
  const sum = (count: string) => told.reduce((total, data) => total + (data?.records[shop.model]?.[count] ?? 0), 0);
  const completed = told.filter((data) => data?.errorMessage === null);
  const byStart = completed.map(
    (data) => [Date.parse(data.period.start), data.records[shop.model]?.fetched ?? 0] as const,
  );
  return { created: sum('created'), updated: sum('updated'), deleted: sum('deleted'), byStart: new Map(byStart) };
}

const announced = ({ records }: ReadShop, created: number): readonly string[] =>
  created === records.length ? [] : [`${created} records were announced as created, and ${records.length} are stored`];

/** The feed of a connection, of one shop or more, gave out one place for each change that was announced. */
export function checkFeed(shops: readonly ReadShop[], at: Announced): readonly string[] {
  const places = shops.flatMap(({ records }) => records.map(({ sequence }) => sequence));
  const found = new Set(places).size === places.length ? [] : ['two records have one place in the feed'];
  const changes = shops.map((read) => countsOf(read, at)).reduce((sum, counts) => sum + changesIn(counts), 0);
  const last = Math.max(0, ...shops.map(({ lastPlace }) => lastPlace));
  // A record that changed leaves its old place empty, and nothing else does.
  if (last !== changes) found.push(`the feed goes up to ${last}, and ${changes} changes were announced`);
  return found.map((finding) => `${shops[0]?.shop.connectionId}: ${finding}`);
}

const changesIn = ({ created, updated, deleted }: Counts): number => created + updated + deleted;

/**
 * The source was asked for the span of each done period to its end, and never before that had passed. Within a span
 * the reading goes on from where it has got to.
 */
function served(done: readonly ReadPeriod[], log: readonly Served[]): readonly string[] {
  const ended = log.filter(({ isLast }) => isLast).map(({ since, before }) => [Date.parse(since), Date.parse(before)]);
  const isRead = ({ start, dueDate }: ReadPeriod) =>
    ended.some(([since = 0, before]) => since >= start && before === dueDate);
  return [
    ...done
      .filter((period) => !isRead(period))
      .map((period) => `${spanOf(period)} is done, and was not read to its end`),
    ...log
      .filter(({ at, before }) => Date.parse(before) > at)
      .map(({ at, before }) => `the source was asked up to ${before} at ${iso(at)}, before that was due`),
  ];
}

const iso = (at: number): string => new Date(at).toISOString();
const spanOf = ({ start, dueDate }: Pick<ReadPeriod, 'start' | 'dueDate'>): string =>
  `[${iso(start)}, ${iso(dueDate)})`;

/** Where nothing was edited, a period fetched the records of its span, each of them once. */
function fetched(
  done: readonly ReadPeriod[],
  { source }: RecordsAtHand,
  byStart: ReadonlyMap<number, number>,
): readonly string[] {
  return done.flatMap(({ start, dueDate }) => {
    const own = source.filter(({ updatedAt }) => Date.parse(updatedAt) >= start && Date.parse(updatedAt) < dueDate);
    const count = byStart.get(start);
    if (count === own.length) return [];
    return [`${spanOf({ start, dueDate })} has ${own.length} records, and tells ${count}`];
  });
}
