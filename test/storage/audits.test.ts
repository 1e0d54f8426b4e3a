import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant, plus, SECOND, type Instant } from '../../src/domain/time/instant.js';
import type { AuditStore, SnapshotOf } from '../../src/ports/audits.js';
import { openRecordDatabase, type RecordDatabase, type SyncOfAClient } from '../support/record-database.js';

const NOW = instant('2026-03-01T12:00:00Z');

let store: RecordDatabase;
let sync: SyncOfAClient;
let now: Instant;
let serial = 0;
beforeAll(async () => {
  store = await openRecordDatabase();
});
afterAll(() => store.close());
beforeEach(async () => {
  sync = await store.newSync();
  now = NOW;
});

const tick = (): Instant => (now = plus(now, SECOND));
const audited = <T>(work: (audits: AuditStore) => Promise<T>): Promise<T> =>
  store.database.asClient(sync.clientId, ({ audits }) => work(audits));

const save = (ids: readonly string[], room?: number, model = 'orders') =>
  store.database.asClient(sync.clientId, (stores) =>
    stores.records.save(
      {
        connectionId: sync.connectionId,
        model,
        runId: 'run_1',
        records: ids.map((id) => ({ id, data: { id } })),
        cap: room === undefined ? undefined : { syncId: sync.syncId, room },
      },
      tick(),
    ),
  );

/** A snapshot of the model with these pages. */
async function snapshot(pages: readonly (readonly string[])[], model = 'orders'): Promise<SnapshotOf> {
  const snapshotId = `snp_${(serial += 1)}`;
  await audited(async (audits) => {
    await audits.begin({ id: snapshotId, syncId: sync.syncId, model, startedAt: tick() });
    for (const [index, ids] of pages.entries()) await audits.note(snapshotId, index + 1, ids);
  });
  return { connectionId: sync.connectionId, model, snapshotId };
}

const missing = (of: SnapshotOf, pages = 1) => audited((audits) => audits.missing(of, pages));
const remove = (of: SnapshotOf, room?: number) =>
  audited((audits) =>
    audits.delete(of, { runId: 'run_2', cap: room === undefined ? undefined : { syncId: sync.syncId, room } }, tick()),
  );
const feed = async () => {
  const page = await store.database.asClient(sync.clientId, ({ records }) =>
    records.feed(sync.connectionId, {}, { limit: 200 }),
  );
  return page?.data ?? [];
};
const live = async () => (await feed()).filter(({ deletedAt }) => deletedAt === undefined).map(({ id }) => id);
const count = async (table: 'audit_snapshot' | 'audit_page' | 'pending_change') =>
  (await store.query<{ n: number }>(`select count(*)::int as n from ${table} where client_id = $1`, [sync.clientId]))[0]
    ?.n;

describe('a complete snapshot', () => {
  it('tells which live records of its model it lacks', async () => {
    await save(['a', 'b', 'c', 'd']);
    await save(['x'], undefined, 'products');
    expect(await missing(await snapshot([['a', 'c'], ['d']]), 2)).toEqual({ missing: 1, live: 4 });
    expect(await missing(await snapshot([['a', 'b', 'c', 'd', 'e']]))).toEqual({ missing: 0, live: 0 });
  });

  it('tells nothing where a page of it is gone, or it has none', async () => {
    await save(['a', 'b']);
    expect(await missing(await snapshot([['a']]), 2)).toBeUndefined();
    expect(await missing(await snapshot([]), 0)).toBeUndefined();
  });

  it('tells nothing where a run in between has begun another, and refuses none of its pages', async () => {
    await save(['a', 'b']);
    const first = await snapshot([['a']]);
    await snapshot([['a', 'b']]);
    await audited((audits) => audits.note(first.snapshotId, 2, ['b']));
    expect(await missing(first, 2)).toBeUndefined();
  });

  it('that is empty lacks everything', async () => {
    await save(['a', 'b']);
    expect(await missing(await snapshot([[]]))).toEqual({ missing: 2, live: 2 });
  });

  it('does not speak of what changed since it began', async () => {
    await save(['a', 'b']);
    const of = await snapshot([['a']]);
    await save(['new']);
    expect(await missing(of)).toEqual({ missing: 1, live: 3 });
    await remove(of);
    expect(await live()).toEqual(['a', 'new']);
  });

  it('finds ids again that PostgreSQL cannot hold as they are', async () => {
    await save(['a\0b', '\ud800']);
    expect(await missing(await snapshot([['a\0b', '\ud800']]))).toEqual({ missing: 0, live: 0 });
  });

  it('deletes softly what it lacks: at the end of the feed, in its order, with the data', async () => {
    await save(['a', 'b', 'c', 'd']);
    const of = await snapshot([['a', 'c']]);
    expect(await remove(of)).toEqual({ deleted: 2, deferred: 0 });
    const deleted = (await feed()).slice(2);
    expect(deleted).toMatchObject([
      { id: 'b', sequence: 5, data: { id: 'b' }, deletedAt: now, changedAt: now, runId: 'run_2' },
      { id: 'd', sequence: 6, data: { id: 'd' }, deletedAt: now },
    ]);
    expect(await remove(of)).toEqual({ deleted: 0, deferred: 0 });
    expect(await save(['b'])).toMatchObject({ updated: 1 });
    expect(await live()).toEqual(['a', 'c', 'b']);
  });

  it('of another client is none', async () => {
    await save(['a']);
    const of = await snapshot([['a']]);
    const stranger = await store.newSync();
    const seen = await store.database.asClient(stranger.clientId, ({ audits }) => audits.missing(of, 1));
    expect(seen).toBeUndefined();
  });
});

describe('snapshots', () => {
  it('that no run completed are forgotten when the next begins, those of other models are not', async () => {
    await snapshot([['a'], ['b']]);
    await snapshot([['x']], 'products');
    expect([await count('audit_snapshot'), await count('audit_page')]).toEqual([2, 3]);
    const of = await snapshot([['a']]);
    expect([await count('audit_snapshot'), await count('audit_page')]).toEqual([2, 2]);
    await audited((audits) => audits.forget(of.snapshotId));
    expect([await count('audit_snapshot'), await count('audit_page')]).toEqual([1, 1]);
  });

  it('stay while deletions are held for them, and go with these', async () => {
    await save(['a', 'b', 'c']);
    const of = await snapshot([['a']]);
    const held = { ...of, syncId: sync.syncId, runId: 'run_2', missing: 2, live: 3, heldAt: tick() };
    await audited((audits) => audits.hold(held));
    await snapshot([['a']]);
    expect(await audited((audits) => audits.held(sync.connectionId, 'orders'))).toEqual({
      ...held,
      sample: ['b', 'c'],
    });
    expect(await missing(of)).toEqual({ missing: 2, live: 3 });
    expect(await audited((audits) => audits.dropHeld(sync.connectionId, 'orders'))).toBe(true);
    expect(await audited((audits) => audits.dropHeld(sync.connectionId, 'orders'))).toBe(false);
    expect(await count('audit_snapshot')).toBe(1);
  });
});

describe('deletions beyond those that a run may announce', () => {
  const release = (most: number) =>
    store.database.asClient(sync.clientId, ({ pendingChanges }) =>
      pendingChanges.release({ connectionId: sync.connectionId, syncId: sync.syncId, runId: 'run_3', most }, tick()),
    );

  it('wait as other changes do, and are found missing without being counted again', async () => {
    await save(['a', 'b', 'c', 'd', 'e']);
    const of = await snapshot([['a', 'b']]);
    expect(await remove(of, 1)).toEqual({ deleted: 1, deferred: 2 });
    expect(await live()).toEqual(['a', 'b', 'd', 'e']);
    expect(await remove(await snapshot([['a', 'b']]), 0)).toEqual({ deleted: 0, deferred: 0 });
    expect(await release(1)).toEqual({ taken: 1, models: { orders: { created: 0, updated: 0, deleted: 1 } } });
    expect((await feed()).at(-1)).toMatchObject({ id: 'd', deletedAt: now, runId: 'run_3' });
    await release(9);
    expect(await live()).toEqual(['a', 'b']);
  });

  it('are dropped where the record has come back, or was changed, since', async () => {
    await save(['a', 'b', 'c']);
    await remove(await snapshot([['a']]), 0);
    expect(await save(['b'], 0)).toMatchObject({ deferred: 1 });
    await store.query(`update record set changed_at = $2 where client_id = $1 and record_id = 'c'`, [
      sync.clientId,
      new Date(tick()),
    ]);
    expect(await release(9)).toEqual({ taken: 2, models: { orders: { created: 0, updated: 0, deleted: 0 } } });
    expect(await live()).toEqual(['a', 'b', 'c']);
  });

  it('take the place of a change that waits of a record that is gone before it was announced', async () => {
    await save(['a', 'b']);
    await save(['new', 'newer'], 0);
    const of = await snapshot([['a', 'newer']]);
    await audited((audits) => audits.withdraw(of, sync.syncId));
    expect(await count('pending_change')).toBe(1);
    expect(await remove(of, 0)).toEqual({ deleted: 0, deferred: 1 });
    await release(9);
    expect(await live()).toEqual(['a', 'newer']);
  });
});

describe('the constraints', () => {
  const refusedBy = async (sql: string, values: unknown[]) =>
    store.query(sql, [sync.clientId, ...values]).then(
      () => undefined,
      (error: { constraint?: string }) => error.constraint,
    );

  it.each([
    [1, 1, undefined],
    [0, 1, 'something_is_held'],
    [2, 1, 'no_more_held_than_live'],
  ])('of deletions held: %i of %i', async (missing, live, constraint) => {
    const { snapshotId } = await snapshot([['a']]);
    const sql = `insert into held_deletion (client_id, connection_id, model, snapshot_id, sync_id, run_id, missing, live,
                                            sample, held_at)
                 values ($1, $2, 'orders', $3, $4, 'run_1', $5, $6, '{}', now())`;
    expect(await refusedBy(sql, [sync.connectionId, snapshotId, sync.syncId, missing, live])).toBe(constraint);
  });

  it.each([
    [true, null, undefined],
    [false, '{}', undefined],
    [true, '{}', 'a_change_has_data_or_deletes'],
    [false, null, 'a_change_has_data_or_deletes'],
  ])('of changes that wait: deletion %s, data %s', async (deletion, data, constraint) => {
    const sql = `insert into pending_change (client_id, sync_id, model, record_id, place, is_deletion, data, noted_at)
                 values ($1, $2, 'orders', 'a', 1, $3, $4, now())`;
    expect(await refusedBy(sql, [sync.syncId, deletion, data])).toBe(constraint);
  });

  it('of the queue: no place is taken twice', async () => {
    const sql = `insert into pending_change (client_id, sync_id, model, record_id, place, is_deletion, noted_at)
                 values ($1, $2, 'orders', $3, 1, true, now())`;
    expect(await refusedBy(sql, [sync.syncId, 'a'])).toBeUndefined();
    expect(await refusedBy(sql, [sync.syncId, 'b'])).toBe('pending_changes_in_order');
  });
});
