import { Injectable } from '@nestjs/common';
import { chainPosition, type Chain } from '../domain/chain/period.js';
import { readingFrom, readStart } from '../domain/chain/reading.js';
import { momentIn, type WrittenMoment } from '../domain/chain/written-moment.js';
import { conflict, validationFailed } from '../domain/problem.js';
import { earlier, type Instant } from '../domain/time/instant.js';
import { makeId } from '../platform/new-id.js';
import { TimeZoneData } from '../platform/time-zone-data.js';
import type { ClientStores } from '../ports/stores.js';
import type { LockedChain, Sync } from '../ports/syncs.js';
import { momentProblems } from './moment-problems.js';

type Scheduled = Sync & Required<Pick<Sync, 'schedule' | 'chainStart'>>;
type ScheduledChain = Omit<LockedChain, 'sync'> & { readonly sync: Scheduled };

/** The variable `lastFilterDate`: the instant from which a connection's syncs read next. It is kept nowhere else. */
@Injectable()
export class LastFilterDate {
  constructor(private readonly timeZoneData: TimeZoneData) {}

  /** The earliest over the connection's syncs; undefined while none has a schedule. */
  async get({ syncs }: ClientStores, connectionId: string): Promise<Instant | undefined> {
    const starts = (await syncs.ofConnection(connectionId)).filter(isScheduled).map(nextReadStart);
    return starts.length === 0 ? undefined : starts.reduce(earlier);
  }

  /**
   * Has every sync of the connection read from a moment, or none. Throws 422 for a moment that cannot be, 409
   * `sync_unscheduled`, and as readingFrom does.
   */
  async put(stores: ClientStores, connectionId: string, written: WrittenMoment, now: Instant): Promise<void> {
    const chains = await lockScheduled(stores, connectionId);
    if (chains.length === 0) {
      const message = 'No sync of the connection has a schedule, so there is nothing that reads on from an instant.';
      throw conflict('sync_unscheduled', message);
    }
    const { maxBackfill } = await stores.client.get();
    for (const chain of chains) {
      const { timeZone: zone } = chain.sync.schedule;
      const from = momentIn(written, zone, now);
      const problems = momentProblems(from, { maxBackfill, zone, now });
      if (problems.length > 0) throw validationFailed(problems);
      await this.move(stores, chain, from, now);
    }
  }

  /** Takes back what was put and not yet read by. Throws 409 `run_active`. */
  async delete(stores: ClientStores, connectionId: string, now: Instant): Promise<void> {
    for (const chain of await lockScheduled(stores, connectionId)) {
      const { sync } = chain;
      // Before the first success the start of the chain is all there is.
      if (sync.watermark === undefined || sync.readFrom === undefined) continue;
      await this.move(stores, chain, nextReadStart({ ...sync, readFrom: undefined }), now);
    }
  }

  private async move(stores: ClientStores, { sync, open }: ScheduledChain, from: Instant, now: Instant): Promise<void> {
    const { syncs, periods } = stores;
    const { schedule, configuredAt = now } = sync;
    const newest = await periods.newestSucceeded(sync.id);
    const change = readingFrom({ from, reading: sync, chain: chainOf(sync), schedule, open, newest, now });
    const id = makeId('per', now);
    if (change.kind === 'read') {
      await syncs.update(sync.id, { readFrom: change.readFrom ?? null }, now);
      // What was read for an attempt that is to be repeated was read from elsewhere.
      if (open?.runId !== undefined) await periods.startOver(open, id, now);
    }
    if (change.kind !== 'start') return;
    await syncs.saveSchedule(sync.id, { schedule, chain: change.chain, configuredAt }, now);
    if (!change.plan) return;
    await periods.supersedeOpen(sync.id, now);
    const period = { id, syncId: sync.id, kind: 'chain', window: change.plan } as const;
    await periods.plan({ ...period, timeZoneData: this.timeZoneData.version }, now);
  }
}

/** The syncs that have a chain, each locked as every other writer locks it. */
async function lockScheduled({ syncs }: ClientStores, connectionId: string): Promise<readonly ScheduledChain[]> {
  const chains: ScheduledChain[] = [];
  for (const { id } of await syncs.ofConnection(connectionId)) {
    const locked = await syncs.lockChain(id);
    if (locked && isScheduled(locked.sync)) chains.push({ ...locked, sync: locked.sync });
  }
  return chains;
}

const isScheduled = (sync: Sync): sync is Scheduled => sync.schedule !== undefined && sync.chainStart !== undefined;

const chainOf = ({ watermark, chainStart }: Scheduled): Chain => ({ watermark, start: chainStart });

const nextReadStart = (sync: Scheduled): Instant => readStart(sync, chainPosition(chainOf(sync)));
