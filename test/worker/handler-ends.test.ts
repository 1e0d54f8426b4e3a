import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { AdmitRuns } from '../../src/dispatch/admit-runs.js';
import { Database } from '../../src/ports/database.js';
import { SettleOverdue } from '../../src/sync/handler/settle-overdue.js';
import { eventually } from '../support/eventually.js';
import { connectHandler } from '../support/handler.js';
import { daily, HandlerWorld } from '../support/handler-world.js';
import { query } from '../support/postgres.js';

const here = new HandlerWorld();

describe('a handler that falls silent', () => {
  it('loses the run after its timeout; the next attempt has another token', async () => {
    const shop = await connectHandler(here.client, here.handler, {
      settings: { timeout: 'PT10M' },
      sync: { schedule: daily },
    });
    const { runId, token } = await here.acceptedRun(shop);
    here.at('12:09');
    expect((await here.report(runId, 'progress', { token })).status).toBe(200);
    here.at('12:18');
    expect((await here.report(runId, 'progress', { token })).status).toBe(200);
    here.at('12:30');
    const run = await here.inState(runId, 'errored');
    expect(run).toMatchObject({ failure: { code: 'handler_timeout', class: 'transient' } });
    expect(run.errorMessage).toContain('no sign of life');
    const late = await here.report(runId, 'complete', { token });
    expect(late).toMatchObject({ status: 409, body: { code: 'run_superseded' } });
    here.at('12:40');
    const again = await here.startAfter({ runId, syncId: shop.syncId });
    const done = await here.report(again.data.runId, 'complete', { token: again.data.token });
    expect(done.body).toMatchObject({ state: 'completed', trigger: 'retry' });
    expect(await here.messagesOf(shop.syncId)).toHaveLength(1);
    const coverage = await here.client.api('GET', `/v1/syncs/${shop.syncId}/coverage`);
    expect(coverage.body).toMatchObject({ gaps: [], overlaps: [] });
  });

  it('does so in all, however alive it is', async () => {
    const settings = { timeout: 'PT1H', maximumDuration: 'PT30M' };
    const { runId } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { settings, sync: { schedule: daily } }),
    );
    here.at('12:31');
    const run = await here.inState(runId, 'errored');
    expect(run.failure.code).toBe('handler_timeout');
    expect(run.errorMessage).toContain('in all');
  });

  it('at the very moment it answers: one of both wins, and the other is told', async () => {
    const seen = new Set<string>();
    // From none of the first five to all of them have been answered when the runs are taken.
    for (let answered = 0; answered <= 5; answered += 1) {
      for (const end of await answeredAndTimedOut(10, answered)) {
        const won = end.answered === 200;
        expect(end).toMatchObject({
          answered: won ? 200 : 409,
          state: won ? 'completed' : 'errored',
          failure: won ? undefined : 'handler_timeout',
          messages: won ? 1 : 0,
        });
        seen.add(end.state);
      }
    }
    expect(seen).toEqual(new Set(['completed', 'errored']));
  });

  /** Runs whose time is up, and whose handlers answer around the moment they are taken from them. */
  async function answeredAndTimedOut(count: number, answered: number) {
    here.at('12:00');
    const runs = await Promise.all(
      Array.from({ length: count }, async () => {
        const settings = { timeout: 'PT10M' };
        const sync = { schedule: daily };
        return here.acceptedRun(await connectHandler(here.client, here.handler, { settings, sync }));
      }),
    );
    const complete = ({ runId, token }: { runId: string; token: string }) => here.report(runId, 'complete', { token });
    const early = runs.slice(0, count / 2).map(complete);
    await Promise.all(early.slice(0, answered));
    here.at('12:20');
    const taken = here.world.app.get(SettleOverdue, { strict: false }).tick();
    const late = runs.slice(count / 2).map(complete);
    const answers = await Promise.all([...early, ...late]);
    await taken;
    return Promise.all(
      runs.map(async ({ runId, syncId }, index) => {
        const run = await eventually(
          async () => {
            const now = await here.runOf(runId);
            return now.state !== 'running' && now;
          },
          { what: 'an end' },
        );
        const messages = (await here.messagesOf(syncId)).length;
        return { answered: answers[index]?.status, state: run.state, failure: run.failure?.code, messages };
      }),
    );
  }

  it('while its answer waits to be settled: the answer is refused', async () => {
    const settings = { timeout: 'PT10M' };
    const shop = await connectHandler(here.client, here.handler, { settings, sync: { schedule: daily } });
    const { runId, syncId, token } = await here.acceptedRun(shop);
    const holder = new Client({ connectionString: here.world.database.superuserUrl });
    await holder.connect();
    try {
      // Whoever settles a run locks its sync first.
      await holder.query('begin');
      await holder.query('select from sync where id = $1 for update', [syncId]);
      const answered = here.report(runId, 'complete', { token });
      await waitingForLocks(1);
      here.at('12:20');
      await waitingForLocks(2);
      await holder.query('commit');
      expect(await answered).toMatchObject({ status: 409, body: { code: 'run_superseded' } });
    } finally {
      await holder.end();
    }
    const run = await here.inState(runId, 'errored');
    expect(run.failure.code).toBe('handler_timeout');
    expect(await here.messagesOf(syncId)).toEqual([]);
  });

  const waitingForLocks = (count: number) =>
    eventually(
      async () => {
        const waiting = await query(
          here.world.database.superuserUrl,
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length >= count;
      },
      { what: `${count} settlements that wait` },
    );

  it('is not started again by a job that comes twice', async () => {
    const { runId } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { sync: { schedule: daily } }),
    );
    await here.world.app
      .get(Database, { strict: false })
      .asDispatcher(({ jobs }) => jobs.enqueueRuns([{ clientId: here.client.clientId, runId }]));
    const done = `select from pgboss.job where name = 'run' and state = 'completed' and data ->> 'runId' = $1`;
    await eventually(async () => (await query(here.world.database.superuserUrl, done, [runId])).length === 2, {
      what: 'both jobs done',
    });
    expect(here.handler.starts(runId)).toHaveLength(1);
  });

  it('is left alone by those who look for runs without a job', async () => {
    const { runId } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { sync: { schedule: daily } }),
    );
    const jobs = () =>
      query(here.world.database.superuserUrl, `select from pgboss.job where name = 'run' and data ->> 'runId' = $1`, [
        runId,
      ]);
    await query(
      here.world.database.superuserUrl,
      `update run set created_at = created_at - interval '1 day' where id = $1`,
      [runId],
    );
    await here.world.app.get(AdmitRuns, { strict: false }).enqueueAgain();
    expect(await jobs()).toHaveLength(1);
    expect((await here.runOf(runId)).state).toBe('running');
  });
});

describe('an abort', () => {
  it('of an accepted run is there at once, and the handler is told', async () => {
    const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const { runId, token } = await here.acceptedRun(shop);
    const { status, body } = await here.client.api('POST', `/v1/runs/${runId}/abort`);
    expect([status, body.state, body.errorMessage]).toEqual([202, 'aborted', 'Sync aborted']);
    const told = await eventually(() => here.handler.aborts().find(({ data }) => data.runId === runId));
    expect(told.data).toEqual({ runId, token, syncId: shop.syncId, connectionId: shop.connectionId });
    for (const what of ['progress', 'complete'])
      expect(await here.report(runId, what, { token })).toMatchObject({
        status: 409,
        body: { code: 'run_superseded' },
      });
  });

  it('in the middle of the start is there within 5 s, and the handler is told', async () => {
    const answer = Promise.withResolvers<{ status: number }>();
    here.handler.answer(({ type }) => (type === 'sync.run.start' ? answer.promise : { status: 204 }));
    const { syncId } = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const runId = await here.startRun(syncId);
    const { data } = await here.started(runId);
    await here.client.api('POST', `/v1/runs/${runId}/abort`);
    const asked = await here.report(runId, 'progress', { token: data.token });
    expect(asked.status === 409 || asked.body.abortRequested).toBe(true);
    await eventually(async () => (await here.runOf(runId)).state === 'aborted', { timeout: 5_000, what: 'the abort' });
    await eventually(() => here.handler.aborts().some((told) => told.data.runId === runId), {
      what: 'a handler that knows',
    });
    answer.resolve({ status: 202 });
  });

  it('is an abort whether the handler can be told or not', async () => {
    here.handler.answer(({ type }) => (type === 'sync.run.abort' ? { status: 500 } : { status: 202 }));
    const { runId } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { sync: { schedule: daily } }),
    );
    expect((await here.client.api('POST', `/v1/runs/${runId}/abort`)).body.state).toBe('aborted');
  });

  it('left half-done by a lost process is finished by the next tick', async () => {
    const { runId } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { sync: { schedule: daily } }),
    );
    const taking = { runId, token: '00000000-0000-4000-8000-000000000000' };
    const now = await here.world.clock.now();
    await here.world.app
      .get(Database, { strict: false })
      .asClient(here.client.clientId, async ({ runs, handlerRuns }) => {
        await runs.requestAbort(runId, now);
        await handlerRuns.takeBack(taking, now);
      });
    await here.inState(runId, 'aborted');
  });
});

it('what a handler run costs a worker is the handing over, not the wait', async () => {
  const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
  const { runId, token } = await here.acceptedRun(shop);
  here.at('12:04');
  await here.report(runId, 'complete', { token });
  const [row] = await query<{ seconds: number }>(
    here.world.database.superuserUrl,
    'select average_run_seconds as seconds from sync where id = $1',
    [shop.syncId],
  );
  expect(row?.seconds).toBeLessThanOrEqual(1);
});
