import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SECOND, instant, plus, type Instant } from '../../src/domain/time/instant.js';
import type { SourceRecord } from '../../src/ports/connector.js';
import type { StoredRecord } from '../../src/ports/records.js';
import { eventually } from '../support/eventually.js';
import { openRecordDatabase, type RecordDatabase } from '../support/record-database.js';

const NOW = instant('2026-03-01T12:00:00Z');
const DAY_ONE = instant('2026-01-01T00:00:00Z');
const at = (second: number): Instant => plus(DAY_ONE, second * SECOND);

let store: RecordDatabase;
let companyId: string;
let clientId: string;
let connectionId: string;

beforeAll(async () => {
  store = await openRecordDatabase();
});
afterAll(() => store.close());
beforeEach(async () => {
  ({ clientId, companyId, connectionId } = await store.newSync());
});

interface Saving {
  readonly model?: string;
  readonly force?: boolean;
  readonly now?: Instant;
}

const batch = (records: readonly SourceRecord[], { model = 'orders', force = false }: Saving = {}) => ({
  connectionId,
  model,
  runId: 'run_1',
  records,
  force,
});
const save = (records: readonly SourceRecord[], saving: Saving = {}) =>
  store.database.asClient(clientId, (stores) => stores.records.save(batch(records, saving), saving.now ?? NOW));

async function feed(after?: string, filter = {}, limit = 200): Promise<readonly StoredRecord[]> {
  const page = await store.database.asClient(clientId, ({ records }) =>
    records.feed(connectionId, filter, { limit, after }),
  );
  return page?.data ?? [];
}

const record = (name: string, updatedAt?: Instant, data: Record<string, unknown> = {}): SourceRecord => ({
  id: name,
  updatedAt,
  data: { name, ...data },
});

describe('a page of records', () => {
  it('is stored with what the source told of each', async () => {
    const full = {
      ...record('a', at(5), { price: '1.00', tags: ['x', null], nested: { deep: true } }),
      createdAt: at(1),
    };
    expect(await save([full])).toEqual({ fetched: 1, created: 1, updated: 0, skipped: 0, deferred: 0 });
    expect(await feed()).toEqual([
      {
        model: 'orders',
        id: 'a',
        sequence: 1,
        data: full.data,
        sourceUpdatedAt: at(5),
        sourceCreatedAt: at(1),
        runId: 'run_1',
        changedAt: NOW,
        deletedAt: undefined,
      },
    ]);
  });

  it('changes nothing with a record that is older than or as old as the stored one', async () => {
    await save([record('a', at(5), { v: 1 })]);
    expect(await save([record('a', at(5), { v: 2 })])).toMatchObject({ updated: 0, skipped: 1 });
    expect(await save([record('a', at(4), { v: 3 })])).toMatchObject({ updated: 0, skipped: 1 });
    expect((await feed()).map(({ data, sequence }) => [data.v, sequence])).toEqual([[1, 1]]);
  });

  it('replaces an older record, and moves it to the end of the feed', async () => {
    await save([record('a', at(1), { v: 1 }), record('b', at(1))]);
    expect(await save([record('a', at(2), { v: 2 })], { now: plus(NOW, SECOND) })).toMatchObject({ updated: 1 });
    const stored = await feed();
    expect(stored.map(({ id, sequence }) => [id, sequence])).toEqual([
      ['b', 2],
      ['a', 3],
    ]);
    expect(stored[1]).toMatchObject({ data: { v: 2 }, sourceUpdatedAt: at(2), changedAt: plus(NOW, SECOND) });
  });

  it('rewrites every record when it is forced', async () => {
    await save([record('a', at(5)), record('b')]);
    expect(await save([record('a', at(5)), record('b')], { force: true })).toMatchObject({ updated: 2, skipped: 0 });
    expect((await feed()).map(({ sequence }) => sequence)).toEqual([3, 4]);
  });

  it('is told apart by content where the source tells no updatedAt', async () => {
    await save([record('a', undefined, { x: 1, y: [1, 2] }), record('b', undefined, { v: 1 })]);
    const again = [record('a', undefined, { y: [1, 2], x: 1 }), record('b', undefined, { v: 2 })];
    expect(await save(again)).toEqual({ fetched: 2, created: 0, updated: 1, skipped: 1, deferred: 0 });
  });

  it('compares contents where only one of two knows its updatedAt', async () => {
    await save([record('a', undefined, { v: 1 })]);
    expect(await save([record('a', at(1), { v: 1 })])).toMatchObject({ skipped: 1 });
    expect(await save([record('a', at(1), { v: 2 })])).toMatchObject({ updated: 1 });
  });

  it('counts the newest of records with one id, wherever it stands', async () => {
    const page = [record('a', at(3), { v: 3 }), record('a', at(9), { v: 9 }), record('a', at(6), { v: 6 })];
    expect(await save(page)).toEqual({ fetched: 3, created: 1, updated: 0, skipped: 2, deferred: 0 });
    expect((await feed())[0]?.data).toEqual({ name: 'a', v: 9 });
  });

  it('brings back a record that was found missing', async () => {
    await save([record('a', at(1))]);
    await store.query('update record set deleted_at = now() where client_id = $1', [clientId]);
    expect(await save([record('a', at(1))])).toMatchObject({ updated: 1 });
    expect((await feed())[0]?.deletedAt).toBeUndefined();
  });

  it('may be empty', async () => {
    expect(await save([])).toEqual({ fetched: 0, created: 0, updated: 0, skipped: 0, deferred: 0 });
  });

  it('keeps models and connections apart', async () => {
    await save([record('1')], { model: 'orders' });
    expect(await save([record('1')], { model: 'products' })).toMatchObject({ created: 1 });
    ({ clientId, connectionId } = await store.newSync());
    expect(await save([record('1')])).toMatchObject({ created: 1 });
    expect(await feed()).toHaveLength(1);
  });

  it('takes a thousand records at once, counting each', async () => {
    const page = Array.from({ length: 1000 }, (_, index) => record(`r${index}`, at(index)));
    expect(await save(page)).toMatchObject({ created: 1000 });
    const newer = page.map((one, index) => (index % 10 === 0 ? record(one.id, at(5000)) : one));
    expect(await save(newer)).toEqual({ fetched: 1000, created: 0, updated: 100, skipped: 900, deferred: 0 });
    const [sequences] = await store.query<{ count: number; least: number; most: number; taken: number }>(
      `select count(distinct sequence)::int as count, min(sequence)::int as least, max(sequence)::int as most,
              (select last_sequence::int from connection where client_id = $1) as taken
         from record where client_id = $1`,
      [clientId],
    );
    expect(sequences).toMatchObject({ count: 1000, most: 1100, taken: 1100 });
  });

  it('is refused for a connection that is gone', async () => {
    await store.query('delete from connection where client_id = $1', [clientId]);
    await expect(save([record('a')])).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the records of a connection', () => {
  const left = async () =>
    (await store.query<{ count: number }>('select count(*)::int from record where client_id = $1', [clientId]))[0]
      ?.count;

  it('are gone with it, and no others', async () => {
    const other = connectionId;
    await save([record('a'), record('b')]);
    ({ connectionId } = await store.newConnectionOf({ clientId, companyId }));
    await save([record('a')]);
    await store.database.asClient(clientId, ({ connections }) => connections.delete(connectionId));
    expect(await left()).toBe(2);
    await store.database.asClient(clientId, ({ connections }) => connections.delete(other));
    expect(await left()).toBe(0);
  });

  it('are gone with its company', async () => {
    await save([record('a'), record('b')]);
    await store.database.asClient(clientId, ({ companies }) => companies.delete(companyId));
    expect(await left()).toBe(0);
  });

  it('are gone with the client', async () => {
    await save([record('a'), record('b')]);
    await store.query('delete from company where client_id = $1', [clientId]);
    expect(await left()).toBe(0);
  });
});

describe('data of any shape', () => {
  it('keeps a key __proto__ as data', async () => {
    const data = JSON.parse('{"id": 1, "__proto__": {"polluted": true}, "constructor": {"prototype": 1}}') as Record<
      string,
      unknown
    >;
    await save([{ id: 'a', data }]);
    const [stored] = await feed();
    expect(JSON.parse(JSON.stringify(stored?.data))).toEqual(data);
    expect(Object.keys(stored?.data ?? {})).toContain('__proto__');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('replaces only what PostgreSQL cannot hold', async () => {
    const data = {
      nul: 'a\0b',
      'key\0': 1,
      lone: '\ud800!',
      pair: '😀',
      slash: '\\u0000',
      huge: JSON.parse('1e999') as number,
    };
    await save([{ id: 'x\0y', data }]);
    const [stored] = await feed();
    expect(stored?.id).toBe('x\uFFFDy');
    expect(stored?.data).toEqual({
      nul: 'a\uFFFDb',
      'key\uFFFD': 1,
      lone: '\uFFFD!',
      pair: '😀',
      slash: '\\u0000',
      huge: null,
    });
    expect(await save([{ id: 'x\0y', data }])).toMatchObject({ skipped: 1 });
  });

  it('never takes data for SQL', async () => {
    const nasty = `'; drop table record; --`;
    await save([record(nasty, undefined, { [nasty]: nasty })], { model: nasty });
    expect((await feed(undefined, { model: nasty }))[0]).toMatchObject({ id: nasty, model: nasty });
  });
});

describe('the change feed', () => {
  it('shows what was deleted at the place of its deletion, with its data', async () => {
    await save([record('a', at(1), { v: 1 }), record('b')]);
    await store.query(
      `update record set deleted_at = $2, changed_at = $2, sequence = 3 where client_id = $1 and record_id = 'a'`,
      [clientId, new Date(plus(NOW, SECOND))],
    );
    expect(await feed('2')).toMatchObject([{ id: 'a', deletedAt: plus(NOW, SECOND), data: { v: 1 }, sequence: 3 }]);
    expect((await feed(undefined, { modifiedSince: plus(NOW, SECOND) })).map(({ id }) => id)).toEqual(['a']);
  });

  it('looks for a rare model through so many places a call, and goes on from where it stopped', async () => {
    await store.query(
      `insert into record (client_id, connection_id, model, record_id, data, content_hash, sequence, run_id, changed_at)
       select $1, $2, case when n in (5, 6, 45000) then 'rare' else 'common' end, n::text, '{}', '', n, 'run_1', now()
         from generate_series(1, 50000) n`,
      [clientId, connectionId],
    );
    const seen: unknown[] = [];
    for (let after = 0, hasMore = true; hasMore;) {
      const page = await store.database.asClient(clientId, ({ records }) =>
        records.feed(connectionId, { model: 'rare' }, { limit: 1, after: String(after) }),
      );
      seen.push([after, page?.data.map(({ sequence }) => sequence), page?.reached, page?.hasMore]);
      if (page === undefined) break;
      ({ reached: after, hasMore } = page);
    }
    expect(seen).toEqual([
      [0, [5], 5, true],
      [5, [6], 20_005, true],
      [20_005, [], 40_005, true],
      [40_005, [45_000], 50_000, false],
    ]);
  });

  it('goes on from where a reader left it, in pages', async () => {
    await save(Array.from({ length: 5 }, (_, index) => record(`r${index}`, at(1))));
    const page = await store.database.asClient(clientId, ({ records }) => records.feed(connectionId, {}, { limit: 2 }));
    expect(page).toMatchObject({ reached: 2, hasMore: true });
    expect((await feed('2')).map(({ id }) => id)).toEqual(['r2', 'r3', 'r4']);
    const end = await store.database.asClient(clientId, ({ records }) => records.feed(connectionId, {}, { limit: 5 }));
    expect(end).toMatchObject({ reached: 5, hasMore: false });
    await save([record('r0', at(2))]);
    expect((await feed('5')).map(({ id }) => id)).toEqual(['r0']);
  });

  it('can be narrowed to a model and to changes since an instant', async () => {
    await save([record('o')], { model: 'orders' });
    await save([record('p')], { model: 'products', now: plus(NOW, SECOND) });
    expect((await feed(undefined, { model: 'orders' })).map(({ id }) => id)).toEqual(['o']);
    expect((await feed(undefined, { modifiedSince: plus(NOW, SECOND) })).map(({ id }) => id)).toEqual(['p']);
    expect(await feed(undefined, { model: 'orders', modifiedSince: plus(NOW, SECOND) })).toEqual([]);
  });

  it('is unknown to another client', async () => {
    const mine = connectionId;
    await save([record('secret')]);
    const other = await store.newSync();
    const seen = await store.database.asClient(other.clientId, ({ records }) => records.feed(mine, {}, { limit: 10 }));
    expect(seen).toBeUndefined();
    await expect(
      store.database.asClient(other.clientId, ({ records }) =>
        records.save({ ...batch([record('x')]), connectionId: mine }, NOW),
      ),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  /** Two transactions save one record each; the second begins while the first has written and not committed. */
  async function saveAtOnce(first: readonly [SourceRecord, Saving?], second: readonly [SourceRecord, Saving?]) {
    const gate = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const saving = store.database.asClient(clientId, async ({ records }) => {
      await records.save(batch([first[0]], first[1]), NOW);
      written.resolve();
      await gate.promise;
    });
    await written.promise;
    const waiting = save([second[0]], second[1]);
    await eventually(async () => {
      const blocked = await store.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      return blocked.length > 0;
    });
    const seenMeanwhile = await feed();
    gate.resolve();
    await saving;
    return { seenMeanwhile, counts: await waiting };
  }

  it('never shows a number before all lower ones are committed', async () => {
    const { seenMeanwhile } = await saveAtOnce([record('early')], [record('late'), { model: 'products' }]);
    expect(seenMeanwhile).toEqual([]);
    expect((await feed()).map(({ id, sequence }) => [id, sequence])).toEqual([
      ['early', 1],
      ['late', 2],
    ]);
  });

  it('keeps the newer of two states that are saved at once', async () => {
    const { counts } = await saveAtOnce([record('a', at(9), { v: 9 })], [record('a', at(5), { v: 5 })]);
    expect(counts).toMatchObject({ created: 0, updated: 0, skipped: 1 });
    expect((await feed())[0]?.data).toMatchObject({ v: 9 });
  });

  it('gives a reader who follows it every record, whatever is written beside it', async () => {
    const models = ['a', 'b', 'c', 'd'];
    const writing = { done: false };
    const writers = Promise.all(
      models.map(async (model) => {
        for (let page = 0; page < 15; page += 1) {
          await save(
            Array.from({ length: 7 }, (_, index) => record(`${page}-${index}`)),
            { model },
          );
        }
      }),
    ).finally(() => (writing.done = true));
    const seen = new Set<string>();
    let after = '0';
    const read = async () => {
      const page = await feed(after, {}, 20);
      for (const { model, id } of page) seen.add(`${model} ${id}`);
      after = String(page.at(-1)?.sequence ?? after);
      return page.length;
    };
    while (!writing.done) await read();
    await writers;
    while ((await read()) > 0);
    expect(seen.size).toBe(4 * 15 * 7);
  });
});
