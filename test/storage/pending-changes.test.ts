import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant, plus, SECOND, type Instant } from '../../src/domain/time/instant.js';
import type { SourceRecord } from '../../src/ports/connector.js';
import { openRecordDatabase, type RecordDatabase, type SyncOfAClient } from '../support/record-database.js';

const NOW = instant('2026-03-01T12:00:00Z');
const DAY_ONE = instant('2026-01-01T00:00:00Z');
const at = (second: number): Instant => plus(DAY_ONE, second * SECOND);

let store: RecordDatabase;
let sync: SyncOfAClient;
/** Advances with every step, as a clock does. */
let now: Instant;
beforeAll(async () => {
  store = await openRecordDatabase();
});
afterAll(() => store.close());
beforeEach(async () => {
  sync = await store.newSync();
  now = NOW;
});

const tick = (): Instant => (now = plus(now, SECOND));
const record = (id: string, v: number, updatedAt?: Instant): SourceRecord => ({ id, updatedAt, data: { v } });
/** A version that the source tells the time of. */
const version = (id: string, v: number): SourceRecord => record(id, v, at(v));

/** Saves with a cap; without one where there is no room given. */
const save = (records: readonly SourceRecord[], room?: number, options: { force?: boolean; of?: SyncOfAClient } = {}) =>
  store.database.asClient(sync.clientId, (stores) =>
    stores.records.save(
      {
        connectionId: sync.connectionId,
        model: 'orders',
        runId: 'run_1',
        records,
        force: options.force,
        cap: room === undefined ? undefined : { syncId: (options.of ?? sync).syncId, room },
      },
      tick(),
    ),
  );

const release = (most: number, of = sync) =>
  store.database.asClient(sync.clientId, ({ pendingChanges }) =>
    pendingChanges.release({ connectionId: sync.connectionId, syncId: of.syncId, runId: 'run_2', most }, tick()),
  );
const anyLeft = () => store.database.asClient(sync.clientId, ({ pendingChanges }) => pendingChanges.any(sync.syncId));

/** The feed: id and version, `-` for what is deleted. */
async function feed(): Promise<readonly string[]> {
  const page = await store.database.asClient(sync.clientId, ({ records }) =>
    records.feed(sync.connectionId, {}, { limit: 200 }),
  );
  return (page?.data ?? []).map(
    ({ id, data, deletedAt }) => `${id}${deletedAt === undefined ? String(data['v']) : '-'}`,
  );
}

const released = (counts: { created?: number; updated?: number; deleted?: number }) => ({
  orders: { created: 0, updated: 0, deleted: 0, ...counts },
});

describe('changes beyond those that a run may announce', () => {
  it('wait, and are announced in the order in which they were read', async () => {
    const counts = await save([version('a', 1), version('b', 1), version('c', 1), version('d', 1)], 1);
    expect(counts).toEqual({ fetched: 4, created: 1, updated: 0, skipped: 0, deferred: 3 });
    expect(await save([version('e', 1)], 0)).toMatchObject({ created: 0, deferred: 1 });
    expect(await feed()).toEqual(['a1']);
    expect(await release(3)).toEqual({ taken: 3, models: released({ created: 3 }) });
    expect(await feed()).toEqual(['a1', 'b1', 'c1', 'd1']);
    expect(await anyLeft()).toBe(true);
    expect(await release(3)).toEqual({ taken: 1, models: released({ created: 1 }) });
    expect(await anyLeft()).toBe(false);
    expect(await feed()).toEqual(['a1', 'b1', 'c1', 'd1', 'e1']);
    expect(await release(3)).toEqual({ taken: 0, models: {} });
  });

  it('are no change when they are read again', async () => {
    await save([version('a', 1), record('b', 1)], 0);
    expect(await save([version('a', 1), record('b', 1)], 0)).toMatchObject({ skipped: 2, deferred: 0 });
  });

  it('give their place to a newer version, and not to an older one', async () => {
    await save([version('a', 5), version('b', 5), version('c', 5)], 0);
    expect(await save([version('a', 9), version('b', 4)], 0)).toMatchObject({ skipped: 1, deferred: 1 });
    expect(await release(1)).toMatchObject({ taken: 1 });
    expect(await feed()).toEqual(['a9']);
    await release(9);
    expect(await feed()).toEqual(['a9', 'b5', 'c5']);
  });

  it('wait on, even where there would be room for a newer version of one', async () => {
    await save([version('a', 1), version('b', 1)], 0);
    expect(await save([version('b', 2)], 5)).toMatchObject({ created: 0, deferred: 1 });
    await release(9);
    expect(await feed()).toEqual(['a1', 'b2']);
  });

  it('tell new records from changed ones when they are announced', async () => {
    await save([version('a', 1)]);
    await save([version('a', 2), version('b', 2)], 0);
    expect((await release(9)).models).toEqual(released({ created: 1, updated: 1 }));
  });

  it('are dropped where another sync has stored something as new or newer meanwhile', async () => {
    await save([version('a', 5), version('b', 5), version('c', 5)], 0);
    await save([version('a', 9), version('b', 5), version('c', 4)]);
    expect(await release(9)).toEqual({ taken: 3, models: released({ updated: 1 }) });
    expect(await feed()).toEqual(['a9', 'b5', 'c5']);
  });

  it('without updatedAt are dropped where another sync has stored another content since', async () => {
    await save([record('a', 1)]);
    await save([record('a', 2)], 0);
    await save([record('a', 3)]);
    expect(await release(9)).toEqual({ taken: 1, models: released({}) });
    expect(await feed()).toEqual(['a3']);
  });

  it('that were taken back at the source are not announced', async () => {
    await save([record('a', 1)]);
    await save([record('a', 2)], 0);
    await save([record('a', 1)], 0);
    expect(await release(9)).toEqual({ taken: 1, models: released({}) });
    expect(await feed()).toEqual(['a1']);
  });

  it('of a forced run are announced, whatever is stored', async () => {
    await save([version('a', 5), version('b', 5)]);
    expect(await save([version('a', 5), version('b', 4)], 0, { force: true })).toMatchObject({ deferred: 2 });
    expect(await release(9)).toEqual({ taken: 2, models: released({ updated: 2 }) });
    expect(await feed()).toEqual(['a5', 'b4']);
  });

  it('bring back a record that was deleted before they were read, and not one deleted since', async () => {
    const remove = () =>
      store.query('update record set deleted_at = $2, changed_at = $2 where client_id = $1', [
        sync.clientId,
        new Date(tick()),
      ]);
    await save([version('a', 1)]);
    await remove();
    await save([version('a', 1)], 0);
    await release(9);
    expect(await feed()).toEqual(['a1']);
    await save([version('a', 2)], 0);
    await remove();
    expect(await release(9)).toEqual({ taken: 1, models: released({}) });
    expect(await feed()).toEqual(['a-']);
  });

  it('belong to the sync that has read them, and go with it', async () => {
    const other = await store.newSyncOf(sync);
    await save([version('a', 1)], 0, { of: other });
    expect(await release(9)).toEqual({ taken: 0, models: {} });
    expect(await release(9, other)).toMatchObject({ taken: 1 });
    await save([version('b', 1)], 0);
    await store.query('delete from sync where client_id = $1 and id = $2', [sync.clientId, sync.syncId]);
    expect(await anyLeft()).toBe(false);
  });

  it('are numbered on, however many there are', async () => {
    const thousand = Array.from({ length: 1000 }, (_, n) => version(`r${n}`, 1));
    await save(thousand, 10);
    await release(500);
    await save([version('late', 1)], 0);
    await release(490);
    expect(await anyLeft()).toBe(true);
    await release(1);
    const [row] = await store.query<{ last: string }>(
      'select record_id as last from record where client_id = $1 order by sequence desc limit 1',
      [sync.clientId],
    );
    expect(row?.last).toBe('late');
  });
});
