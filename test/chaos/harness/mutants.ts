import type { ChaosDatabase } from './chaos-database.js';
import type { KillLoopOptions } from './kill-loop-options.js';
import type { Patch } from './mutant-build.js';
import { shortForm } from './scenarios.js';

/** A fault that somebody could make in the product, and the harm that brings it to light. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  readonly scenario: Omit<KillLoopOptions, 'seed' | 'entry' | 'say'>;
  /** Whether another safeguard makes up for it: then nothing must be found, and the next mutant takes that away too. */
  readonly isMasked?: string;
}

/** Whoever sleeps holds runs: the source is slow, and nobody but workers is hit. */
const pauses = {
  ...shortForm,
  shops: 36,
  days: 8,
  jumps: 1,
  sourceSlowness: 4_000,
  processes: { ...shortForm.processes, workers: 4 },
  harm: {
    ...shortForm.harm,
    faults: 40,
    roles: 'worker',
    shares: { kill: 0, pause: 100, restart: 0, stall: 0, cut: 0 },
    databaseStops: 0,
  },
};
/** Nearly every transaction is near one that breaks. */
const breaks = {
  ...shortForm,
  sourceSlowness: 5,
  harm: { ...shortForm.harm, faults: 1, every: 60_000, backendEvery: 40, databaseStops: 0 },
};
const calm = { ...shortForm, sourceFailing: 0, shops: 12, days: 4, harm: { ...shortForm.harm, faults: 0 } };

const noFence: readonly Patch[] = [
  {
    file: 'storage/sql/load-settlements.js',
    from: 'r.id = o.run_id and r.owner_token = o.token',
    to: 'r.id = o.run_id and o.token is not null',
  },
  {
    file: 'storage/stores/run.store.js',
    from: 'and id = $2 and owner_token = $3\n       returning abort_requested_at',
    to: 'and id = $2 and $3::text is not null\n       returning abort_requested_at',
  },
];

const lateMessages: Patch = {
  file: 'sync/settle/settle-runs.js',
  from: `            const deliveries = await outbox.publish(all.flatMap((one) => one.messages), now);
            await jobs.enqueueDeliveries(deliveries);
            return all;
        });`,
  to: `            return all;
        });
        await this.database.asDispatcher(async ({ outbox, jobs }) => {
            await jobs.enqueueDeliveries(await outbox.publish(decided.flatMap((one) => one.messages), now));
        });`,
};

/** Half of the processes are six hours early, the others six hours late. */
const ownClock: Patch = {
  file: 'storage/database-clock.js',
  from: 'return row.now.getTime();',
  to: 'return row.now.getTime() + (process.pid % 2 === 0 ? 6 : -6) * 3_600_000;',
};

const earlyAcknowledgement: Patch = {
  file: 'storage/boss-jobs.js',
  from: 'await this.execute(() => handler({ id, data, signal }));',
  to: 'void this.execute(() => handler({ id, data, signal })).catch(() => undefined);',
};

const noHeartbeat: Patch = {
  file: 'storage/boss-jobs.js',
  from: 'heartbeatRefreshSeconds: HEARTBEAT_SECONDS / 3,',
  to: 'heartbeatRefreshSeconds: HEARTBEAT_SECONDS * 1_000,',
};

/** What the database itself refuses. */
const dropConstraints = async (database: ChaosDatabase): Promise<void> => {
  await database.sql(`
    alter table sync_period drop constraint succeeded_periods_never_overlap;
    drop index one_open_period_per_sync, one_active_run_per_sync, one_completed_message_per_period, one_message_per_sequence`);
};

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-constraints',
    patches: [],
    scenario: { ...pauses, prepare: dropConstraints },
    isMasked: 'the owner token and the locks keep what the constraints would refuse from being tried',
  },
  // Its second settlements are refused by the constraints; what gives it away are the counts of pages kept twice.
  { name: 'no-fence', patches: noFence, scenario: pauses },
  { name: 'no-fence-no-constraints', patches: noFence, scenario: { ...pauses, prepare: dropConstraints } },
  { name: 'message-after-commit', patches: [lateMessages], scenario: breaks },
  { name: 'own-clock', patches: [ownClock], scenario: { ...calm, days: 6 } },
  { name: 'early-acknowledgement', patches: [earlyAcknowledgement], scenario: { ...shortForm, patience: 90_000 } },
  { name: 'no-heartbeat', patches: [noHeartbeat], scenario: { ...calm, sourceSlowness: 16_000, patience: 400_000 } },
];
