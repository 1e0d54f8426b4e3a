import { expect } from 'vitest';
import type { TestClient, World } from './world.js';

type Row = Readonly<Record<string, string | null>>;
const COUNTS = ['planned', 'plannedUnsmoothed', 'started', 'finished', 'failed', 'aborted', 'running'] as const;
export type Counts = Record<(typeof COUNTS)[number], number>;

/** Every run and every period that waits, as the clients themselves see them. */
export async function ledgerOf(clients: readonly TestClient[]): Promise<{ runs: Row[]; waiting: Row[] }> {
  const runs: Row[] = [];
  const waiting: Row[] = [];
  for (const client of clients) {
    runs.push(...(await all(client, '/v1/runs')));
    for (const { id } of await all(client, '/v1/syncs')) {
      const periods = await all(client, `/v1/syncs/${id}/periods`);
      waiting.push(...periods.filter(({ status }) => status === 'planned' || status === 'assigned'));
    }
  }
  return { runs, waiting };
}

async function all({ api }: TestClient, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = ''; ;) {
    const { body } = await api('GET', `${path}?limit=200${cursor}`);
    rows.push(...body.data);
    if (body.nextCursor === null) return rows;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

/** The slots as they must be by the ledger: counted one by one, with nothing of the product. */
export function countedByHand(
  { runs, waiting }: Awaited<ReturnType<typeof ledgerOf>>,
  slots: readonly { readonly start: string }[],
  { bucket, now }: { readonly bucket: number; readonly now: string },
): Counts[] {
  return slots.map(({ start }) => {
    const end = new Date(Date.parse(start) + bucket).toISOString();
    const inside = (at: string | null | undefined) => typeof at === 'string' && at >= start && at < end;
    const isMoved = (run: Row) => run['trigger'] === 'schedule';
    const ended = runs.filter((run) => inside(run['finishedAt']));
    const running = runs.filter(
      ({ startedAt, finishedAt }) =>
        typeof startedAt === 'string' && startedAt < start && (finishedAt ?? '9999') >= start && start <= now,
    );
    return {
      planned:
        runs.filter((run) => inside(run['runDate'])).length +
        waiting.filter((period) => inside(period['runDate'] ?? period['dueDate'])).length,
      plannedUnsmoothed:
        runs.filter((run) => inside(isMoved(run) ? run['dueDate'] : run['runDate'])).length +
        waiting.filter((period) => inside(period['runId'] === null ? period['dueDate'] : period['runDate'])).length,
      started: runs.filter((run) => inside(run['startedAt'])).length,
      finished: ended.length,
      failed: ended.filter(({ state }) => state === 'errored').length,
      aborted: ended.filter(({ state }) => state === 'aborted').length,
      running: running.length,
    };
  });
}

/** What the operator is told of a span, held against what the clients see; answers the whole. */
export async function expectLoadAsLedger(world: World, clients: readonly TestClient[], query: string) {
  const { status, body } = await world.admin('GET', `/admin/v1/load?${query}`);
  expect(status).toBe(200);
  const bucket = Date.parse(body.to) - Date.parse(body.from);
  const expected = countedByHand(await ledgerOf(clients), body.slots, {
    bucket: bucket / body.slots.length,
    now: body.now,
  });
  expect(body.slots.map(countsOf)).toEqual(expected);
  return body;
}

const countsOf = (slot: Counts): Counts =>
  Object.fromEntries(COUNTS.map((name) => [name, slot[name]])) as unknown as Counts;

/** The sum of one count over all slots. */
export const sumOf = (slots: readonly Record<string, number>[], name: string): number =>
  slots.reduce((sum, slot) => sum + (slot[name] ?? 0), 0);
