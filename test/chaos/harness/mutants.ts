import type { ChaosDatabase } from './chaos-database.js';
import type { Patch } from './mutant-build.js';
import { breaks, calm, kills, limits, longReads, pauses, type MutantScenario } from './mutant-scenarios.js';

/** A fault that somebody could make in the product, and the harm that brings it to light. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  readonly scenario: MutantScenario;
  /** Takes away what would hide it. */
  readonly prepare?: (database: ChaosDatabase) => Promise<void>;
  /** Which other safeguard makes up for it: then nothing must be found, and the next mutant takes that away too. */
  readonly isMasked?: string;
}

/** Whoever has lost a run keeps its pages and settles it all the same, under the token he had. */
const noFence: readonly Patch[] = [
  {
    file: 'storage/sql/load-settlements.js',
    from: 'r.id = o.run_id and r.owner_token = o.token',
    to: 'r.id = o.run_id and o.token is not null',
  },
  {
    file: 'storage/sql/load-settlements.js',
    from: 'r.owner_token::text as owner_token',
    to: 'o.token::text as owner_token',
  },
  {
    file: 'storage/stores/run.store.js',
    from: 'and id = $2 and owner_token = $3 for no key update',
    to: 'and id = $2 and $3::text is not null for no key update',
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

/** A job is done as soon as it is begun. */
const earlyAcknowledgement: Patch = {
  file: 'storage/job-pump.js',
  from: 'await this.handler({ id: job.id, data: job.data, signal: claim.signal });',
  to: 'void this.handler({ id: job.id, data: job.data, signal: claim.signal }).catch(() => undefined);',
};

const noHeartbeat: Patch = {
  file: 'storage/boss-jobs.js',
  from: 'heartbeatSeconds: HEARTBEAT_SECONDS / 3,',
  to: 'heartbeatSeconds: HEARTBEAT_SECONDS * 1_000,',
};

/** Admission neither counts for limits nor asks which are full. */
const noLimits: readonly Patch[] = [
  {
    file: 'dispatch/admit-runs.js',
    from: 'fullLimits(active, taken, this.config.sourceLimits)',
    to: 'fullLimits([], taken, this.config.sourceLimits)',
  },
  { file: 'dispatch/admit-runs.js', from: 'limits: limitsOf(run, sourceLimits)', to: 'limits: []' },
];

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
    scenario: pauses,
    prepare: dropConstraints,
    isMasked: 'the owner token and the locks keep what the constraints would refuse from being tried',
  },
  // Its second settlements are refused by the constraints; what gives it away are the counts of pages kept twice.
  { name: 'no-fence', patches: noFence, scenario: pauses },
  { name: 'no-fence-no-constraints', patches: noFence, scenario: pauses, prepare: dropConstraints },
  { name: 'message-after-commit', patches: [lateMessages], scenario: breaks },
  { name: 'own-clock', patches: [ownClock], scenario: calm },
  { name: 'early-acknowledgement', patches: [earlyAcknowledgement], scenario: kills },
  { name: 'no-heartbeat', patches: [noHeartbeat], scenario: longReads },
  { name: 'no-limits', patches: noLimits, scenario: limits },
];
