import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitingPeriods } from '../../src/storage/sql/waiting-periods.js';
import { leadAdmission } from '../../src/storage/sql/lead-admission.js';
import { waitingFleet, type FleetRows } from '../support/fleet-rows.js';
import { createTestDatabase, query, type TestDatabase } from '../support/postgres.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const SINCE = new Date('2026-01-01T00:00:00Z');
const NOW = new Date('2026-01-02T00:00:00Z');
const HOST = 'shop.example.com';

let database: TestDatabase;
let world: World;
let client: TestClient;
beforeEach(async () => {
  database = await createTestDatabase();
  world = await startWorld({ database });
  client = await world.newClient();
});
afterEach(() => world.close());

const fleet = (more: Omit<FleetRows, 'clientId' | 'since'>) =>
  waitingFleet(database.superuserUrl, { clientId: client.clientId, since: SINCE, ...more });

interface Look {
  readonly connections?: readonly string[];
  readonly hosts?: readonly string[];
  readonly most?: number;
}

interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Index Searches'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that a statement read, whether it kept them or not, and looks into indexes. */
function readBy(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, plan) => sum + readBy(plan), 0);
  const removed = node['Rows Removed by Filter'] ?? 0;
  if (node.Plans !== undefined && node['Index Searches'] === undefined) return below + removed * node['Actual Loops'];
  return below + (node['Actual Rows'] + removed) * node['Actual Loops'] + (node['Index Searches'] ?? 0);
}

/** What a look finds, each as its sync's number, and what it reads for that. */
async function look({ connections = [], hosts = [], most = 8 }: Look) {
  const dispatcher = new Client({ connectionString: database.url });
  await dispatcher.connect();
  try {
    await dispatcher.query('begin; set local role meridian_dispatcher');
    await dispatcher.query(leadAdmission, [1]);
    const { moreTurns } = waitingPeriods.someFull;
    const parameters = [NOW, 'regular', connections, hosts, [client.clientId], most];
    const { rows } = await dispatcher.query<{ id: string }>(moreTurns, parameters);
    const explained = await dispatcher.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
      `explain (analyze, format json) ${moreTurns}`,
      parameters,
    );
    const read = explained.rows.flatMap((row) => row['QUERY PLAN']).reduce((sum, { Plan }) => sum + readBy(Plan), 0);
    return { found: rows.map(({ id }) => Number(id.slice(4, 8))), read };
  } finally {
    await dispatcher.end();
  }
}

describe('a look at what waits', () => {
  it('passes over a full host in one step, however much waits behind it', async () => {
    await fleet({ connections: 50, syncs: 5_000, host: HOST });
    await query(database.superuserUrl, 'analyze');
    const { found, read } = await look({ hosts: [HOST] });
    expect(found).toEqual([]);
    expect(read).toBeLessThan(500);
  });

  it('passes over each full connection in one step, and finds what waits behind all of them in its order', async () => {
    const connections = await fleet({ connections: 50, syncs: 5_000, limit: 1 });
    await query(database.superuserUrl, 'analyze');
    const open = [connections[7], connections[31]];
    // Whatever is free has its run date last.
    await query(
      database.superuserUrl,
      `update sync_period set run_date = run_date + interval '1 hour' where connection_id = any ($1::text[])`,
      [open],
    );
    const { found, read } = await look({ connections: connections.filter((id) => !open.includes(id)) });
    // The eighth connection has the syncs 8, 58, 108 and so on, the 32nd 32, 82, 132.
    expect(found).toEqual([8, 32, 58, 82, 108, 132, 158, 182]);
    expect(read).toBeLessThan(2_000);
  });

  it('finds what it would if nothing were full, where nobody waits behind what is', async () => {
    await fleet({ connections: 10, syncs: 100 });
    expect((await look({ hosts: ['other.example.com'] })).found).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('goes on behind what it has walked over, and finds nothing twice', async () => {
    const connections = await fleet({ connections: 10, syncs: 1_000 });
    const full = connections.filter((_, n) => ![0, 4, 9].includes(n));
    const { found } = await look({ connections: full, most: 100 });
    const expected = Array.from({ length: 1_000 }, (_, n) => n + 1).filter((n) => [1, 5, 0].includes(n % 10));
    expect(found).toEqual(expected.slice(0, 100));
  });

  it('holds a connection as it is now against what is full, whatever was noted when its run dates were given', async () => {
    const [first, second] = await fleet({ connections: 2, syncs: 6, host: HOST });
    await query(database.superuserUrl, `update sync_period set connection_id = '', source_host = ''`);
    expect((await look({ hosts: [HOST] })).found).toEqual([]);
    expect((await look({ connections: [String(second)] })).found).toEqual([1, 3, 5]);
    await query(database.superuserUrl, `update connection set source_host = 'new.example.com' where id = $1`, [first]);
    expect((await look({ hosts: [HOST] })).found).toEqual([1, 3, 5]);
  });

  it('follows a connection to another host, as soon as its settings are edited', async () => {
    const [first] = await fleet({ connections: 10, syncs: 1_000, host: HOST });
    await query(database.superuserUrl, `update connection set source_host = 'new.example.com' where id = $1`, [first]);
    expect((await look({ hosts: [HOST], most: 3 })).found).toEqual([1, 11, 21]);
    expect((await look({ hosts: ['new.example.com'], most: 3 })).found).toEqual([2, 3, 4]);
  });

  it('is not led astray by what was noted of a place: whoever waits elsewhere is found all the same', async () => {
    const [stale, free] = await fleet({ connections: 2, syncs: 400, host: HOST });
    await query(database.superuserUrl, `update connection set source_host = 'new.example.com' where id = $1`, [free]);
    const later = `update sync_period set run_date = run_date + interval '1 hour' where connection_id = $1`;
    await query(database.superuserUrl, later, [free]);
    const forget = `update sync_period set connection_id = '', source_host = '' where connection_id = $1`;
    await query(database.superuserUrl, forget, [stale]);
    expect((await look({ hosts: [HOST], most: 1 })).found).toEqual([2]);
  });
});
