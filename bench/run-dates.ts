import { DAY, MINUTE, instant, plus } from '../src/domain/time/instant.js';
import { assignRunDates } from '../src/domain/load/run-date.js';
import type { Limit, LoadCurve } from '../src/domain/load/load-curve.js';
import type { DuePeriod } from '../src/domain/load/run-claim.js';
import type { RunAssignment } from '../src/domain/load/run-date.js';
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
  /** Seconds of regular work by client. */
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
      due.push({
        id,
        clientId,
        dueDate: MIDNIGHT,
        nextDueDate: plus(MIDNIGHT, DAY),
        cost,
        lane: 'regular',
        limits: [],
      });
      sizes.set(clientId, (sizes.get(clientId) ?? 0) + cost);
    }
  }
  const work = due.reduce((sum, period) => sum + period.cost, 0);
  const capacity = Math.max(48, Math.ceil(work / ((DAY / MINUTE) * FILL)));
  return { due, load: { slotLength: MINUTE, capacity, booked: [] }, sizes };
}

/** The same herd with a tenth of it backfills, a third of the clients limited, and a hundred hosts that are. */
function withLimits(herd: Herd): Herd {
  const due = herd.due.map((period, n): DuePeriod => {
    const client = Number(period.clientId.slice(4));
    const limits: Limit[] = [];
    if (client % 3 === 1) limits.push({ key: period.clientId, kind: 'client', most: 1 + (client % 50) });
    if (n % 5 === 0) limits.push({ key: `host ${n % 100}`, kind: 'source', most: 20 });
    return Object.assign({}, period, { lane: n % 10 === 0 ? 'backfill' : 'regular', limits });
  });
  const regular = Map.groupBy(
    due.filter(({ lane }) => lane === 'regular'),
    ({ clientId }) => clientId,
  );
  const sizes = [...regular].map(([id, own]) => [id, own.reduce((sum, { cost }) => sum + cost, 0)] as const);
  return { ...herd, due, sizes: new Map(sizes) };
}

function mostInASlot(due: readonly DuePeriod[], assigned: readonly RunAssignment[]): number {
  const costs = new Map(due.map((period) => [period.id, period.cost]));
  const bySlot = new Map<number, number>();
  for (const { id, slot } of assigned) bySlot.set(slot, (bySlot.get(slot) ?? 0) + (costs.get(id) ?? 0));
  return Math.max(...bySlot.values());
}

/** The delay, in seconds, that all but one in a hundred of some clients' periods stay below, backfills apart. */
function delayOf(clients: ReadonlySet<string>, due: readonly DuePeriod[], assigned: readonly RunAssignment[]): number {
  const own = due.filter(({ clientId, lane }) => lane === 'regular' && clients.has(clientId));
  const ids = new Set(own.map(({ id }) => id));
  const delays = assigned.filter(({ id }) => ids.has(id)).map(({ runDate }) => (runDate - MIDNIGHT) / 1_000);
  return percentile(delays, 0.99);
}

/** The smallest clients by work, with all that are as small as the last of them. */
function smallestOf({ sizes }: Herd): ReadonlySet<string> {
  const limit = percentile([...sizes.values()], SMALLEST);
  return new Set([...sizes].filter(([, size]) => size <= limit).map(([clientId]) => clientId));
}

/** Row 2: run dates for many periods due at one midnight, without lanes and limits, and with. */
export function benchRunDates(counts: readonly number[], runs: number): void {
  print(`Row 2: run dates, ${CLIENTS} clients of Zipf sizes, all due at one midnight.`);
  for (const count of counts) {
    const herd = herdOf(count);
    measure('', herd, runs);
    measure(', a tenth backfills, a third of clients and a fifth of sources limited', withLimits(herd), runs);
  }
}

function measure(what: string, herd: Herd, runs: number): void {
  const { due, load } = herd;
  let assigned: readonly RunAssignment[] = [];
  const taken = Array.from({ length: runs }, () => timedBoth(() => (assigned = assignRunDates(due, load, MIDNIGHT))));
  const [wall, processor] = [median(taken.map((each) => each.wall)), median(taken.map((each) => each.processor))];
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
    `  ${due.length}${what}: ${(wall / 1_000).toFixed(2)} s, processor ${(processor / 1_000).toFixed(2)} s; ` +
      `fullest slot ${(full * 100).toFixed(1)} %; overload ${assigned.filter(({ reason }) => reason === 'overload').length}; ` +
      `smallest clients p99 ${among.toFixed(1)} s, alone ${byThemselves.toFixed(1)} s ` +
      `(${(among / byThemselves).toFixed(3)}x); last starts after ${(last / 3_600_000).toFixed(1)} h`,
  );
}

/** Milliseconds by the clock, and of the processor: other work on the machine is in the first only. */
function timedBoth(work: () => unknown): { readonly wall: number; readonly processor: number } {
  const before = process.cpuUsage();
  const wall = timed(work);
  const { user, system } = process.cpuUsage(before);
  return { wall, processor: (user + system) / 1_000 };
}
