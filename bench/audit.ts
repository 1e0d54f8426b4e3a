import { knownRecords } from '../src/storage/sql/save-records.js';
import { countLive, countMissing, forWholeModels } from '../src/storage/sql/audits.js';
import { openBenchDatabase, type BenchDatabase } from './bench-database.js';
import { startJsonSource } from './json-source.js';
import { inTurn, memoryOf, timed } from './measure-async.js';
import { print } from './measure.js';
import { PAGE_SIZE, PulledSync } from './pulled-sync.js';

const CHANGED_EVERY = 100;
const GONE_EVERY = 1_001;

/** A table of what the source has now: what a join needs, and an audit does not make. */
const stage = `
create table stage as
select record_id as id,
       source_updated_at + case when substr(record_id, 7)::integer % ${CHANGED_EVERY} = 1 then interval '1 day' else interval '0' end as updated_at
  from record
 where deleted_at is null and substr(record_id, 7)::integer % ${GONE_EVERY} <> 1`;

/** PostgreSQL's own way to what is new, changed and missing. */
const hashJoin = `
select count(*) filter (where r.record_id is null) as added,
       count(*) filter (where s.updated_at > r.source_updated_at) as changed,
       count(*) filter (where s.id is null) as missing
  from stage s
  full join (select record_id, source_updated_at from record
              where client_id = $1 and connection_id = $2 and model = 'orders' and deleted_at is null) r
    on r.record_id = s.id`;

/** The look-ups of an audit, page by page, and its search for what is missing. */
async function diffByPages(
  { superuser }: BenchDatabase,
  key: readonly string[],
  pages: readonly string[][],
): Promise<void> {
  for (const ids of pages) await superuser.query(knownRecords, [...key, 'orders', ids]);
  await superuser.query('begin');
  await superuser.query(forWholeModels);
  await superuser.query(countMissing, [...key, 'orders', 'snp_bench']);
  await superuser.query(countLive, [...key, 'orders']);
  await superuser.query('rollback');
}

async function pagesOf({ superuser }: BenchDatabase): Promise<readonly string[][]> {
  const { rows } = await superuser.query<{ ids: string[] }>(
    `select array_agg(id order by id) as ids from stage group by substr(id, 7)::integer / ${PAGE_SIZE} order by min(id)`,
  );
  return rows.map(({ ids }) => ids);
}

/** Row 8: an audit with one record in a hundred edited, against PostgreSQL's hash join of the same two tables. */
export async function benchAudit(counts: readonly number[], runs: number): Promise<void> {
  print(`Row 8: audit, one record in ${CHANGED_EVERY} edited, one in ${GONE_EVERY} gone. Times in seconds.`);
  for (const count of counts) await auditOf(count, runs);
}

async function auditOf(count: number, runs: number): Promise<void> {
  const source = await startJsonSource();
  const bench = await openBenchDatabase(source.url);
  try {
    const sync = await PulledSync.create(bench, source.url);
    await source.holds({ records: count });
    await pass(sync, `${count}, the first time`);
    await bench.superuser.query('vacuum analyze record');
    await pass(sync, `${count}, nothing edited`);
    await source.holds({ records: count, editedEvery: CHANGED_EVERY, goneEvery: GONE_EVERY });
    await pass(sync, `${count}, edited and gone`);
    const { join, diff } = await compareDiffs(bench, sync, runs);
    print(`  ${count}: hash join ${seconds(join)}, diff of the audit ${seconds(diff)}: ${(join / diff).toFixed(2)}x`);
  } finally {
    await bench.close();
    source.close();
  }
}

const seconds = (time: number): string => (time / 1_000).toFixed(2);

/** One audit, with the time and the memory it took. */
async function pass(sync: PulledSync, name: string): Promise<void> {
  const start = performance.now();
  let counts = '';
  const memory = await memoryOf(async () => {
    const { orders } = await sync.run('audit');
    counts = `${orders?.pages} pages, ${orders?.created} created, ${orders?.updated} updated, ${orders?.deleted} deleted`;
  });
  print(`  ${name}: ${seconds(performance.now() - start)}, ${Math.round(memory / 2 ** 20)} MB more; ${counts}`);
}

/** The same tables in both: what is stored, and what the source would list. */
async function compareDiffs(bench: BenchDatabase, { ids }: PulledSync, runs: number) {
  const { superuser } = bench;
  const key = [ids.clientId, ids.connectionId];
  await superuser.query(stage);
  const pages = await pagesOf(bench);
  await superuser.query(`insert into audit_snapshot values ($1, 'snp_bench', $2, 'orders', now())`, [
    ids.clientId,
    ids.syncId,
  ]);
  for (const [page, idsOfPage] of pages.entries()) {
    await superuser.query(`insert into audit_page values ($1, 'snp_bench', $2, $3)`, [ids.clientId, page, idsOfPage]);
  }
  await superuser.query('vacuum analyze');
  return inTurn(runs, {
    join: () => timed(() => superuser.query(hashJoin, key)),
    diff: () => timed(() => diffByPages(bench, key, pages)),
  });
}
