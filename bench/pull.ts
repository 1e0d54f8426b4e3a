import type { Client } from 'pg';
import { request } from 'undici';
import { openBenchDatabase, type BenchDatabase } from './bench-database.js';
import { copyField, copyIn } from './copy-in.js';
import { startJsonSource } from './json-source.js';
import { inTurn, timed } from './measure-async.js';
import { print } from './measure.js';
import { PAGE_SIZE, PulledSync } from './pulled-sync.js';

interface BarePage {
  readonly next: number | null;
  readonly data: readonly { readonly id: string; readonly updatedAt: string }[];
}

/** What one writes to have it done: a page, its rows, a COPY of its own, and the next page. */
async function barePaging(sourceUrl: string, client: Client): Promise<void> {
  for (let cursor: number | null = 0; cursor !== null;) {
    const answer = await request(`${sourceUrl}/orders?cursor=${cursor}&size=${PAGE_SIZE}`);
    const { data, next } = (await answer.body.json()) as BarePage;
    const rows = data.map((row) => [row.id, JSON.stringify(row), row.updatedAt].map(copyField).join('\t'));
    await copyIn(client, 'bare', `${rows.join('\n')}\n`);
    cursor = next;
  }
}

async function pullInto(bench: BenchDatabase, sourceUrl: string): Promise<number> {
  await bench.superuser.query('truncate record');
  await bench.superuser.query('checkpoint');
  const sync = await PulledSync.create(bench, sourceUrl);
  return timed(() => sync.run('full'));
}

async function copyInto({ superuser }: BenchDatabase, sourceUrl: string, primaryKey: boolean): Promise<number> {
  await superuser.query('drop table if exists bare');
  await superuser.query('create table bare (record_id text, data jsonb, source_updated_at timestamptz)');
  if (primaryKey) await superuser.query('alter table bare add primary key (record_id)');
  await superuser.query('checkpoint');
  return timed(() => barePaging(sourceUrl, superuser));
}

/** Row 7: a JSON source pulled into the record store, against bare paging of it into COPY. */
export async function benchPull(counts: readonly number[], runs: number): Promise<void> {
  print(`Row 7: pull of a JSON source, pages of ${PAGE_SIZE}, one worker; records a second.`);
  const source = await startJsonSource();
  const bench = await openBenchDatabase(source.url);
  try {
    for (const count of counts) {
      await source.holds({ records: count });
      const { bare, keyed, pull } = await inTurn(runs, {
        bare: () => copyInto(bench, source.url, false),
        keyed: () => copyInto(bench, source.url, true),
        pull: () => pullInto(bench, source.url),
      });
      const speed = (time: number) => Math.round((count / time) * 1_000);
      print(
        `  ${count}: COPY ${speed(bare)}, COPY with a primary key ${speed(keyed)}, pull ${speed(pull)}: ` +
          `${(bare / pull).toFixed(2)}x and ${(keyed / pull).toFixed(2)}x`,
      );
    }
  } finally {
    await bench.close();
    source.close();
  }
}
