import { checkAftermath } from '../../support/catch-up/check-aftermath.js';
import { liveThroughOutages } from '../../support/catch-up/outage.js';
import type { TestDatabase } from '../../support/postgres.js';
import { startOwnDatabase } from './own-database.js';
import { editAtRandom } from './random-edits.js';
import { CALLERS, EQUAL, OVERLAPPING, RangeRace } from './range-race.js';

export type Say = (line: string) => void;

/** What a form of harm has found, said line by line; answers whether that was nothing. */
function verdict(what: string, findings: readonly string[], say: Say): boolean {
  for (const finding of findings.slice(0, 40)) say(`  - ${finding}`);
  say(`${what}: ${findings.length} findings`);
  return findings.length === 0;
}

async function onOwnDatabase<T>(work: (database: TestDatabase) => Promise<T>): Promise<T> {
  const database = await startOwnDatabase();
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

export interface DowntimeOptions {
  readonly syncs: number;
  readonly days: number;
  readonly policy: 'collapse' | 'each';
}

/** Nobody there for days, for syncs of many zones under limits, then a start. */
export function downtime({ syncs, days, policy }: DowntimeOptions, say: Say): Promise<boolean> {
  return onOwnDatabase(async (database) => {
    const options = { database, syncs, days, catchUp: policy, clients: 4, concurrency: 8 };
    const { findings, figures } = await checkAftermath(await liveThroughOutages(options), options);
    say(JSON.stringify(figures));
    return verdict(`${syncs} syncs, ${days} days, ${policy}`, findings, say);
  });
}

export interface EditsOptions {
  readonly seed: number;
  readonly edits: number;
  /** So many times, each with the next seed. */
  readonly runs: number;
}

/** Edits at random of syncs that run. */
export async function edits({ seed, edits: count, runs }: EditsOptions, say: Say): Promise<boolean> {
  const outcomes: boolean[] = [];
  for (let run = seed; run < seed + runs; run += 1) {
    const { periods, findings } = await onOwnDatabase((database) =>
      editAtRandom({ seed: run, edits: count, database }),
    );
    outcomes.push(verdict(`seed ${run}: ${count} edits, ${periods} periods done`, findings, say));
  }
  return !outcomes.includes(false);
}

/** Callers who race for ranges of the same syncs. */
export function ranges(count: number, say: Say): Promise<boolean> {
  return onOwnDatabase(async (database) => {
    const race = await RangeRace.start(database);
    try {
      const outcomes: boolean[] = [];
      for (const [name, rangeOf] of [
        ['equal', EQUAL],
        ['partly overlapping', OVERLAPPING],
      ] as const) {
        const { codes, withRange, withMore, seconds } = await race.run(count, rangeOf);
        const isOneEach = withRange === count && withMore === 0 && codes['made'] === count;
        const isRefusedWell = codes['run_active'] === count * (CALLERS - 1);
        const told = `${withRange} syncs have a range, ${withMore} more than one: ${JSON.stringify(codes)}`;
        const title = `${CALLERS} callers, ${count} ${name} ranges, ${seconds.toFixed(1)} s, ${JSON.stringify(codes)}`;
        outcomes.push(verdict(title, isOneEach && isRefusedWell ? [] : [told], say));
      }
      return !outcomes.includes(false);
    } finally {
      await race.close();
    }
  });
}
