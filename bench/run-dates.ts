import { DAY, MINUTE, instant, plus } from '../src/domain/time/instant.js';
import { assignRunDates } from '../src/domain/load/run-date.js';
import type { DuePeriod, LoadCurve, RunAssignment } from '../src/domain/load/run-date.js';
import { median, percentile, print, randomNumbers, timed } from './measure.js';

const MIDNIGHT = instant('2026-11-22T00:00:00Z');
const CLIENTS = 2_000;
/** Part of the clients that counts as the smallest. */
const SMALLEST = 0.1;
/** Of a day, how much the whole of the work takes at full capacity. */
const FILL = 0.7;

interface Herd {
  readonly due: DuePeriod[];
  readonly load: LoadCurve;
  /** Seconds of work by client. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Clients by Zipf's law: the nth has an nth of what the largest has. */
function herdOf(count: number): Herd {
  const random = randomNumbers(11);
  const harmonic = Array.from({ length: CLIENTS }, (_, n) => 1 / (n + 1)).reduce((sum, part) => sum + part, 0);
  const due: DuePeriod[] = [];
  const sizes = new Map<string, number>();
  for (let client = 0; client < CLIENTS; client += 1) {
    const size = Math.max(1, Math.round(count / harmonic / (client + 1)));
    const clientId = `cli_${String(client).padStart(26, '0')}`;
    for (let n = 0; n < size && due.length < count; n += 1) {
      const id = `per_${String(due.length).padStart(26, '0')}`;
      const cost = 1 + Math.floor(random() * 9);
      due.push({ id, clientId, dueDate: MIDNIGHT, nextDueDate: plus(MIDNIGHT, DAY), cost });
      sizes.set(clientId, (sizes.get(clientId) ?? 0) + cost);
    }
  }
  const work = due.reduce((sum, period) => sum + period.cost, 0);
  const capacity = Math.max(48, Math.ceil(work / ((DAY / MINUTE) * FILL)));
  return { due, load: { slotLength: MINUTE, capacity, booked: new Map() }, sizes };
}

function mostInASlot(due: readonly DuePeriod[], assigned: readonly RunAssignment[]): number {
  const costs = new Map(due.map((period) => [period.id, period.cost]));
  const bySlot = new Map<number, number>();
  for (const { id, slot } of assigned) bySlot.set(slot, (bySlot.get(slot) ?? 0) + (costs.get(id) ?? 0));
  return Math.max(...bySlot.values());
}

/** The delay, in seconds, that all but one in a hundred of some clients' periods stay below. */
function delayOf(clients: ReadonlySet<string>, due: readonly DuePeriod[], assigned: readonly RunAssignment[]): number {
  const ids = new Set(due.filter((period) => clients.has(period.clientId)).map((period) => period.id));
  const delays = assigned.filter(({ id }) => ids.has(id)).map(({ runDate }) => (runDate - MIDNIGHT) / 1_000);
  return percentile(delays, 0.99);
}

/** The smallest clients by work, with all that are as small as the last of them. */
function smallestOf({ sizes }: Herd): ReadonlySet<string> {
  const limit = percentile([...sizes.values()], SMALLEST);
  return new Set([...sizes].filter(([, size]) => size <= limit).map(([clientId]) => clientId));
}

/** Row 2: run dates for many periods due at one midnight. */
export function benchRunDates(counts: readonly number[], runs: number): void {
  print(`Row 2: run dates, ${CLIENTS} clients of Zipf sizes, all due at one midnight.`);
  for (const count of counts) {
    const herd = herdOf(count);
    const { due, load } = herd;
    let assigned: readonly RunAssignment[] = [];
    const times = Array.from({ length: runs }, () => timed(() => (assigned = assignRunDates(due, load, MIDNIGHT))));
    const smallest = smallestOf(herd);
    const alone = assignRunDates(
      due.filter((period) => smallest.has(period.clientId)),
      load,
      MIDNIGHT,
    );
    const [among, byThemselves] = [delayOf(smallest, due, assigned), delayOf(smallest, due, alone)];
    const full = mostInASlot(due, assigned) / load.capacity;
    const last = Math.max(...assigned.map(({ runDate }) => runDate).slice(-1_000)) - MIDNIGHT;
    print(
      `  ${due.length}: ${(median(times) / 1_000).toFixed(2)} s; fullest slot ${(full * 100).toFixed(1)} %; overload ` +
        `${assigned.filter(({ reason }) => reason === 'overload').length}; smallest clients p99 ${among.toFixed(1)} s, ` +
        `alone ${byThemselves.toFixed(1)} s (${(among / byThemselves).toFixed(3)}x); last starts after ${(last / 3_600_000).toFixed(1)} h`,
    );
  }
}
