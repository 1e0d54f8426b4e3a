import { DAY, HOUR, instant, MINUTE, plus, SECOND, type Instant } from '../../../src/domain/time/instant.js';
import { eventually } from '../../support/eventually.js';
import { Source } from '../../support/source.js';
import type { World } from '../../support/world.js';
import { newShop, startFlowWorld, type Shop } from './flow-world.js';
import { DAILY, Stage } from './stage.js';

const BEGIN = instant('2026-11-16T12:00:00Z');
const MIDNIGHT = instant('2026-11-17T00:00:00Z');
/** Daily periods that have been synced by the time that is looked at. */
const DAYS = 6;
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
  await passing(stage.flow.world, () => held.waitingRequests >= 2, 'two runs that wait for their source');
  const isRefused = async (): Promise<boolean> => {
    const { body } = await stage.flow.client.api('GET', `/v1/connections/${refused.connectionId}`);
    return body.state !== 'linked';
  };
  await passing(stage.flow.world, isRefused, 'the connection to be refused');
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
async function live({ flow }: Stage, source: Source, on: { readonly sync: string; readonly day: number }) {
  const due = plus(MIDNIGHT, on.day * DAY);
  if (on.day !== EMPTY) source.rows.push(...rowsOf(due, 40 + on.day * 17));
  if (on.day === FAILING) source.failures.push(503);
  flow.world.clock.runFrom(plus(due, MINUTE));
  const settled = async (): Promise<boolean> => {
    const { body } = await flow.client.api('GET', `/v1/syncs/${on.sync}`);
    return Date.parse(body.watermark) >= due;
  };
  if (on.day === FAILING) {
    await eventually(() => source.failures.length === 0, { what: 'the source to have failed' });
    flow.world.clock.runFrom(plus(due, 2 * HOUR));
  }
  await passing(flow.world, settled, `day ${on.day} to be synced`);
}

/** Waits for what comes when its minute has come: runs of one due date are spread, so minutes pass in a second each. */
async function passing({ clock }: World, isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  let next = performance.now() + SECOND;
  await eventually(
    async () => {
      if (await isSo()) return true;
      if (performance.now() < next) return false;
      next = performance.now() + SECOND;
      clock.runFrom(plus(await clock.now(), MINUTE));
      return false;
    },
    { what, timeout: 100_000 },
  );
}

const rowsOf = (before: Instant, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `o${before}-${index}`,
    updatedAt: new Date(before - HOUR - index * MINUTE).toISOString(),
  }));
