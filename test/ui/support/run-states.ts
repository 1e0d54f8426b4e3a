import { DAY, HOUR, instant, instantOf, MINUTE, plus, SECOND, type Instant } from '../../../src/domain/time/instant.js';
import { eventually } from '../../support/eventually.js';
import { Source } from '../../support/source.js';
import { newShop, startFlowWorld, type Shop } from './flow-world.js';
import { DAILY, Stage } from './stage.js';

const BEGIN = instant('2026-11-16T12:00:00Z');
const MIDNIGHT = instant('2026-11-17T00:00:00Z');
/** Daily periods that have been synced by the time that is looked at. */
const DAYS = 6;
/** Milliseconds that each step may take, on a busy machine too. */
const PATIENCE = 60 * SECOND;
/** On this day the source fails once, and on that one it has nothing. */
const [FAILING, EMPTY] = [2, 4];

/** A stage on which runs run: shops in each state that takes one, all at the same moment. */
export interface RunningStage {
  readonly stage: Stage;
  /** What the clock shows. */
  readonly at: string;
  /** By state, as the status says it. */
  readonly shops: Readonly<Record<'On schedule' | 'Syncing now' | 'Catching up' | 'Needs attention', Shop>>;
  close(): Promise<void>;
}

export async function startRunningStage(): Promise<RunningStage> {
  const [steady, held, broken] = [await Source.start(), await Source.start(), await Source.start()];
  const outboundAllow = [steady, held, broken].map(({ origin }) => origin);
  // All three are at one host, where one run at a time is what is usual.
  const settings = { SOURCE_HOST_LIMIT: '8' };
  const stage = new Stage(await startFlowWorld({ roles: 'api,dispatcher,worker', outboundAllow, settings }));
  const { clock } = stage.flow.world;
  clock.runFrom(BEGIN);
  const good = await synced(stage, steady, '2026-11-14');
  for (let day = 0; day < DAYS; day += 1) await live(stage, steady, { sync: good.syncId, day });
  held.hold(0);
  broken.failures.push(...Array.from({ length: 20 }, () => 401));
  const running = await synced(stage, held, '2026-11-22');
  const catching = await synced(stage, held, '2026-11-20');
  const refused = await synced(stage, broken, '2026-11-20');
  await live(stage, steady, { sync: good.syncId, day: DAYS });
  await atItsTurn(stage, [running.syncId, catching.syncId, refused.syncId]);
  await eventually(() => held.waitingRequests >= 2, { what: 'two runs that wait for their source', timeout: PATIENCE });
  const isRefused = async (): Promise<boolean> => {
    const { body } = await stage.flow.client.api('GET', `/v1/connections/${refused.connectionId}`);
    return body.state !== 'linked';
  };
  await eventually(isRefused, { what: 'the connection to be refused', timeout: PATIENCE });
  return {
    stage,
    at: new Date(await clock.now()).toISOString(),
    shops: { 'On schedule': good, 'Syncing now': running, 'Catching up': catching, 'Needs attention': refused },
    close: async () => {
      held.release();
      await stage.close();
      await Promise.all([steady.close(), held.close(), broken.close()]);
    },
  };
}

async function synced({ flow }: Stage, source: Source, startDate: string) {
  const settings = source.settings();
  const { orders } = settings['models'] as Record<string, unknown>;
  const alone = { settings: () => ({ ...settings, models: { orders } }) };
  const shop = await newShop({ ...flow, source: Object.assign(Object.create(source), alone) as Source });
  const schedule = { ...DAILY, startDate };
  const sync = await flow.client.api('POST', `/v1/connections/${shop.connectionId}/syncs`, { schedule });
  return { ...shop, syncId: sync.body.id as string };
}

/** Lets a day end, and waits until its period has been synced. */
async function live(stage: Stage, source: Source, on: { readonly sync: string; readonly day: number }) {
  const { world, client } = stage.flow;
  const due = plus(MIDNIGHT, on.day * DAY);
  if (on.day !== EMPTY) source.rows.push(...rowsOf(due, 40 + on.day * 17));
  if (on.day === FAILING) source.failures.push(503);
  world.clock.runFrom(plus(due, MINUTE));
  await atItsTurn(stage, [on.sync]);
  if (on.day === FAILING) {
    await eventually(() => source.failures.length === 0, { what: 'the source to have failed', timeout: PATIENCE });
    world.clock.runFrom(plus(due, 2 * HOUR));
  }
  const settled = async (): Promise<boolean> => {
    const { body } = await client.api('GET', `/v1/syncs/${on.sync}`);
    return Date.parse(body.watermark) >= due;
  };
  await eventually(settled, { what: `day ${on.day} to be synced`, timeout: PATIENCE });
}

/** Goes on to the run dates of syncs that are due: runs of one due date are spread over many minutes. */
async function atItsTurn({ flow: { world, client } }: Stage, syncs: readonly string[]): Promise<void> {
  const due = await world.clock.now();
  const turnOf = async (id: string): Promise<number | false> => {
    const { dueDate, runDate } = (await client.api('GET', `/v1/syncs/${id}`)).body.nextPeriod;
    // Where it has been synced by now, the next one waits for its due date.
    if (Date.parse(dueDate) > due) return due;
    return runDate !== null && Date.parse(runDate);
  };
  const turns = syncs.map((id) => eventually(() => turnOf(id), { what: 'a run date', timeout: PATIENCE }));
  const last = instantOf(Math.max(...(await Promise.all(turns))) + SECOND);
  if (last > (await world.clock.now())) world.clock.runFrom(last);
}

const rowsOf = (before: Instant, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `o${before}-${index}`,
    updatedAt: new Date(before - HOUR - index * MINUTE).toISOString(),
  }));
