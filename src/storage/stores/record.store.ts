import { notFound } from '../../domain/problem.js';
import { isChange, type KnownVersion } from '../../domain/run/staleness.js';
import { instantOf, type Instant } from '../../domain/time/instant.js';
import type { PageRequest } from '../../ports/page.js';
import {
  RecordStore,
  type FeedFilter,
  type FeedPage,
  type RecordBatch,
  type RecordCounts,
} from '../../ports/records.js';
import { orUndefined } from '../columns.js';
import { recordColumns, recordsToStore, type PlacedRecord, type RecordToStore } from '../record-rows.js';
import type { Session } from '../session.js';
import { deferRecords, pendingRecords } from '../sql/pending-changes.js';
import { feedHorizon, filteredFeed, recordFeed } from '../sql/record-feed.js';
import { insertRecords, knownRecords, lockFeed, replaceRecords, takePlaces } from '../sql/save-records.js';
import { toRecord, type RecordRow } from './record-row.js';

/** Places of the feed that one call with a filter looks through: 10 to 30 ms. */
const LOOKED_THROUGH = 20_000;

interface KnownRow {
  readonly id: string;
  /** Null where there is an updatedAt, and of a deletion that waits. */
  readonly hash: string | null;
  /** Milliseconds. */
  readonly updated_at: number | null;
  readonly deleted: boolean;
}

type KnownById = ReadonlyMap<string, KnownVersion>;

/** Records in one table: a page is looked up, judged here, and what has changed is written. */
export class PgRecordStore extends RecordStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async save(batch: RecordBatch, now: Instant): Promise<RecordCounts> {
    const { connectionId, force = false, cap } = batch;
    const locked = await this.session.rows(lockFeed, [this.session.clientId, connectionId]);
    if (locked.length === 0) throw notFound();
    const read = recordsToStore(batch.records);
    const ids = read.map(({ id }) => id);
    const stored = await this.known(knownRecords, [connectionId, batch.model, ids]);
    const waiting = cap ? await this.known(pendingRecords, [cap.syncId, batch.model, ids]) : NOTHING;
    const changed = read.filter((record) => force || isChange(record, waiting.get(record.id) ?? stored.get(record.id)));
    const { announced, deferred } = divided(changed, waiting, cap?.room);
    const created = announced.filter(({ record }) => !stored.has(record.id));
    const updated = announced.filter(({ record }) => stored.has(record.id));
    if (announced.length > 0) await this.write(batch, { created, updated }, now);
    if (cap && deferred.length > 0) await this.defer(cap.syncId, batch, deferred, now);
    return {
      fetched: batch.records.length,
      created: created.length,
      updated: updated.length,
      skipped: batch.records.length - changed.length,
      deferred: deferred.length,
    };
  }

  override async feed(connectionId: string, filter: FeedFilter, page: PageRequest): Promise<FeedPage | undefined> {
    const { clientId } = this.session;
    const known = await this.session.rows('select 1 from connection where client_id = $1 and id = $2', [
      clientId,
      connectionId,
    ]);
    if (known.length === 0) return undefined;
    const after = Number(page.after ?? 0);
    if (filter.model !== undefined || filter.modifiedSince !== undefined)
      return this.filtered(connectionId, filter, { after, limit: page.limit });
    const rows = await this.session.rows<RecordRow>(recordFeed, [clientId, connectionId, after, page.limit + 1]);
    const data = rows.slice(0, page.limit).map(toRecord);
    return { data, reached: data.at(-1)?.sequence ?? after, hasMore: rows.length > page.limit };
  }

  /** The horizon first: what is committed between the two statements lies behind it, and is left to the next call. */
  private async filtered(connectionId: string, filter: FeedFilter, page: { after: number; limit: number }) {
    const feed = [this.session.clientId, connectionId, page.after];
    const [horizon] = await this.session.rows<{ reached: string; more: boolean }>(feedHorizon, [
      ...feed,
      LOOKED_THROUGH,
    ]);
    const reached = Number(horizon?.reached ?? page.after);
    const rows = await this.session.rows<RecordRow>(filteredFeed, [
      ...feed,
      reached,
      filter.model ?? null,
      filter.modifiedSince === undefined ? null : new Date(filter.modifiedSince),
      page.limit + 1,
    ]);
    const data = rows.slice(0, page.limit).map(toRecord);
    const isFull = rows.length > page.limit;
    return {
      data,
      reached: isFull ? (data.at(-1)?.sequence ?? reached) : reached,
      hasMore: isFull || (horizon?.more ?? false),
    };
  }

  private async known(sql: string, parameters: readonly unknown[]): Promise<KnownById> {
    const rows = await this.session.rows<KnownRow>(sql, [this.session.clientId, ...parameters]);
    return new Map(
      rows.map(({ id, hash, updated_at: updatedAt, deleted }) => [
        id,
        { contentHash: orUndefined(hash), updatedAt: updatedAt === null ? undefined : instantOf(updatedAt), deleted },
      ]),
    );
  }

  private async write(batch: RecordBatch, { created, updated }: Written, now: Instant): Promise<void> {
    const { connectionId, model, runId } = batch;
    const { clientId } = this.session;
    const count = created.length + updated.length;
    const [taken] = await this.session.rows<{ base: number | string }>(takePlaces, [clientId, connectionId, count]);
    const parameters = [clientId, connectionId, model, runId, new Date(now), taken?.base];
    if (created.length > 0) await this.session.touched(insertRecords, [...parameters, ...recordColumns(created)]);
    if (updated.length > 0) await this.session.touched(replaceRecords, [...parameters, ...recordColumns(updated)]);
  }

  private async defer(
    syncId: string,
    { model, force = false }: RecordBatch,
    records: readonly PlacedRecord[],
    now: Instant,
  ): Promise<void> {
    const parameters = [this.session.clientId, syncId, model, force, new Date(now)];
    await this.session.touched(deferRecords, [...parameters, ...recordColumns(records)]);
  }
}

const NOTHING: KnownById = new Map();

interface Written {
  readonly created: readonly PlacedRecord[];
  readonly updated: readonly PlacedRecord[];
}

/** What is announced at once and what waits, each in order: whatever waits already keeps its place there. */
function divided(changed: readonly RecordToStore[], waiting: KnownById, room = Infinity) {
  const announced = changed.filter(({ id }) => !waiting.has(id)).slice(0, room);
  const now = new Set(announced);
  const deferred = announced.length === changed.length ? [] : changed.filter((record) => !now.has(record));
  return { announced: placed(announced), deferred: placed(deferred) };
}

const placed = (records: readonly RecordToStore[]): readonly PlacedRecord[] =>
  records.map((record, index) => ({ record, place: index + 1 }));
