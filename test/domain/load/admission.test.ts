import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fullLimits, takenBy, type ActiveRuns, type Taken } from '../../../src/domain/load/active-runs.js';
import { admit, type Candidate, type Pool } from '../../../src/domain/load/admission.js';
import type { Lane } from '../../../src/domain/load/lane.js';
import { requestedLane } from '../../../src/domain/load/requested-lane.js';
import { limitKey, limitsOf } from '../../../src/domain/load/run-limits.js';
import { HOUR, MINUTE, plus } from '../../../src/domain/time/instant.js';
import { at } from '../schedule/schedules.js';

const noon = at('2026-11-22T12:00Z');
const nothing: Taken = { lanes: { regular: 0, backfill: 0 }, clients: new Map(), limits: new Map() };
const pool = (concurrency: number, ahead = 2): Pool => ({ concurrency, places: concurrency * ahead });

let serial = 0;
const one = (more: Partial<Candidate> = {}): Candidate => ({
  id: `r${(serial += 1)}`,
  clientId: 'a',
  kind: 'scheduled',
  lane: 'regular',
  weight: 1,
  limits: [],
  since: noon,
  ...more,
});
const many = (count: number, more: Partial<Candidate> = {}) => Array.from({ length: count }, () => one(more));
const clientsOf = (admitted: readonly Candidate[]) => admitted.map(({ clientId }) => clientId).join('');
const ofLane = (admitted: readonly Candidate[], lane: Lane) => admitted.filter((each) => each.lane === lane).length;

describe('a place', () => {
  it('goes to clients in turn, as often as they have weight', () => {
    const waiting = [
      ...many(9, { clientId: 'a' }),
      ...many(9, { clientId: 'b', weight: 2 }),
      ...many(9, { clientId: 'c' }),
    ];
    expect(clientsOf(admit(waiting, pool(4), nothing))).toBe('abbcabbc');
  });

  it('goes first to whoever has none, whatever waits in front of him', () => {
    const taken = { ...nothing, lanes: { regular: 7, backfill: 0 }, clients: new Map([['a', 7]]) };
    const waiting = [...many(50, { clientId: 'a' }), one({ clientId: 'b', since: plus(noon, MINUTE) })];
    expect(clientsOf(admit(waiting, pool(4), taken))).toBe('b');
  });

  it('goes among equals to the one whose last turn is longest ago', () => {
    const waiting = ['a', 'b', 'c'].map((clientId, n) => one({ clientId, lastTurn: plus(noon, -n * MINUTE) }));
    expect(clientsOf(admit([...waiting, one({ clientId: 'd' })], pool(1, 3), nothing))).toBe('dcb');
  });

  it('goes to what was asked for by hand before what is due, of the same client', () => {
    const asked = one({ kind: 'requested', since: plus(noon, HOUR) });
    expect(admit([...many(3), asked], pool(1), nothing)[0]).toBe(asked);
  });

  it('goes to bulk only while nobody else wants one, and never in the queue ahead', () => {
    const bulk = many(9, { kind: 'bulk', clientId: 'b' });
    expect(admit(bulk, pool(4), nothing)).toHaveLength(4);
    const admitted = admit([...bulk, ...many(3)], pool(4), nothing);
    expect(admitted.map(({ kind }) => kind)).toEqual(['scheduled', 'scheduled', 'scheduled', 'bulk']);
  });

  it('is not given to what its limit has no room for, but to the next', () => {
    const limits = limitsOf({ clientId: 'a', connectionId: 'c', connectionMost: 2 }, { exceptions: new Map() });
    const admitted = admit([...many(5, { limits }), one({ id: 'free', since: plus(noon, HOUR) })], pool(4), nothing);
    expect(admitted.map(({ id }) => id).at(-1)).toBe('free');
    expect(admitted).toHaveLength(3);
  });
});

describe('the lanes', () => {
  const backfills = (count: number) => many(count, { lane: 'backfill', clientId: 'b' });

  it.each([
    [20, { regular: 38, backfill: 0 }, 0, 2, 'what is kept for backfills, while any wait'],
    [20, { regular: 0, backfill: 0 }, 30, 10, 'half of what is executed, while regular work waits'],
    [1, { regular: 0, backfill: 0 }, 1, 1, 'one place each of the smallest pool'],
    [1, { regular: 1, backfill: 0 }, 0, 1, 'the last place of it, which regular work leaves'],
  ])(
    'of a pool for %i runs with %o taken: %i regular and %i backfills, %s',
    (concurrency, lanes, regular, backfill) => {
      const admitted = admit([...many(60), ...backfills(60)], pool(concurrency), { ...nothing, lanes });
      expect(ofLane(admitted, 'backfill')).toBe(backfill);
      expect(ofLane(admitted, 'regular')).toBe(regular);
    },
  );

  it('are all for one while the other does not want them', () => {
    expect(admit(many(60), pool(20), nothing)).toHaveLength(40);
    // The queue ahead is left to regular work, which would otherwise wait for two backfills to end.
    expect(admit(backfills(60), pool(20), nothing)).toHaveLength(20);
  });

  it('take turns where there is one place', () => {
    const [first, second] = [one({ lane: 'backfill' }), one({ since: plus(noon, MINUTE) })];
    expect(admit([second, first], { concurrency: 1, places: 1 }, nothing)).toEqual([first]);
    expect(admit([{ ...first, since: plus(noon, HOUR) }, second], { concurrency: 1, places: 1 }, nothing)).toEqual([
      second,
    ]);
  });

  it.each([
    [{ type: 'full', finish: noon }, 'backfill'],
    [{ type: 'range', start: plus(noon, -MINUTE), finish: noon }, 'backfill'],
    [{ type: 'latest', start: plus(noon, -25 * HOUR), finish: noon }, 'regular'],
    [{ type: 'latest', start: plus(noon, -25 * HOUR - 1), finish: noon }, 'backfill'],
  ] as const)('of a run that is asked for: %o is in %s', (span, lane) => {
    expect(requestedLane(span)).toBe(lane);
  });
});

describe('a limit', () => {
  const sources = { most: 3, exceptions: new Map([['shop.example', 1]]) };
  const active: readonly ActiveRuns[] = [
    {
      clientId: 'a',
      clientMost: 2,
      connectionId: 'a1',
      sourceHost: 'api.example',
      lane: 'regular',
      inPool: true,
      count: 1,
    },
    {
      clientId: 'a',
      clientMost: 2,
      connectionId: 'a2',
      sourceHost: 'shop.example',
      lane: 'backfill',
      inPool: false,
      count: 1,
    },
    {
      clientId: 'b',
      connectionId: 'b1',
      connectionMost: 2,
      sourceHost: 'api.example',
      lane: 'regular',
      inPool: true,
      count: 2,
    },
  ];

  it('counts the runs that a handler has, which take no place', () => {
    const taken = takenBy(active);
    expect(taken.lanes).toEqual({ regular: 3, backfill: 0 });
    expect([taken.limits.get(limitKey('client', 'a')), taken.clients.get('a')]).toEqual([2, 1]);
  });

  it('is full for a client, a connection and a host, each by its own', () => {
    expect(fullLimits(active, takenBy(active), sources)).toEqual({
      clients: ['a'],
      connections: ['b1'],
      hosts: ['api.example', 'shop.example'],
    });
  });
});

const limits = [
  { key: 'client a', kind: 'client', most: 3 },
  { key: 'connection c', kind: 'connection', most: 1 },
  { key: 'source h', kind: 'source', most: 2 },
] as const;

const candidates = fc.array(
  fc.record({
    clientId: fc.constantFrom('a', 'b', 'c', 'd'),
    kind: fc.constantFrom('requested' as const, 'scheduled' as const, 'bulk' as const),
    lane: fc.constantFrom('regular' as const, 'backfill' as const),
    limits: fc.subarray([...limits]),
    since: fc.integer({ min: 0, max: 50 }).map((minute) => plus(noon, minute * MINUTE)),
  }),
  { maxLength: 60 },
);
const takens = fc.record({
  regular: fc.nat(6),
  backfill: fc.nat(6),
  held: fc.tuple(fc.nat(3), fc.nat(2), fc.nat(2)),
});
const scenario = [candidates, takens, fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 2)] as const;

function play(drawn: readonly Omit<Candidate, 'id' | 'weight'>[], { regular, backfill, held }: TakenDrawn, room: Pool) {
  const weights: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3, d: 1 };
  const waiting = drawn.map((each, n): Candidate => ({ ...each, id: `r${n}`, weight: weights[each.clientId] ?? 1 }));
  const taken = {
    ...nothing,
    lanes: { regular, backfill },
    limits: new Map<string, number>(limits.map(({ key }, n) => [key, held[n] ?? 0])),
  };
  const admitted = admit(waiting, room, taken);
  const left = waiting.filter((each) => !admitted.includes(each));
  const count = (key: string) =>
    (taken.limits.get(key) ?? 0) + admitted.filter((each) => each.limits.some((limit) => limit.key === key)).length;
  const blocked = (each: Candidate) => each.limits.some(({ key, most }) => count(key) >= most);
  const lanes = { regular: regular + ofLane(admitted, 'regular'), backfill: backfill + ofLane(admitted, 'backfill') };
  return { waiting, admitted, left, count, blocked, lanes, used: lanes.regular + lanes.backfill };
}
interface TakenDrawn {
  readonly regular: number;
  readonly backfill: number;
  readonly held: readonly number[];
}

describe('admission, whatever waits', () => {
  const check = (law: (played: ReturnType<typeof play>, room: Pool, drawn: TakenDrawn) => void) =>
    fc.assert(
      fc.property(...scenario, (drawn, taken, concurrency, ahead) => {
        const room = pool(concurrency, ahead);
        law(play(drawn, taken, room), room, taken);
      }),
      { numRuns: 500 },
    );

  it('passes neither a limit nor the number of places', () => {
    check(({ admitted, count, used }, room, { held, regular, backfill }) => {
      for (const [n, { key, most }] of limits.entries())
        expect(count(key)).toBeLessThanOrEqual(Math.max(most, held[n] ?? 0));
      expect(used).toBeLessThanOrEqual(Math.max(room.places, regular + backfill));
      expect(new Set(admitted).size).toBe(admitted.length);
    });
  });

  it('leaves no place empty that somebody could have', () => {
    check(({ left, blocked, used, lanes }, room) => {
      const could = left.filter((each) => !blocked(each) && each.kind !== 'bulk');
      const mayHave = could.filter(({ lane }) => lane === 'regular' || lanes.backfill < room.concurrency);
      expect(used < room.places ? mayHave : []).toEqual([]);
    });
  });

  it('gives backfills what is kept for them, and not more than half while regular work waits', () => {
    check(({ admitted, left, blocked, lanes }, { concurrency, places }, { regular, backfill }) => {
      const waits = (lane: Lane) => left.some((each) => each.lane === lane && each.kind !== 'bulk' && !blocked(each));
      const free = Math.max(0, places - regular - backfill);
      const isKept = places > 1 && waits('backfill');
      const least = isKept ? Math.min(Math.ceil(concurrency / 10), backfill + free) : 0;
      expect(lanes.backfill).toBeGreaterThanOrEqual(least);
      const isShared = waits('regular') && ofLane(admitted, 'backfill') > 0;
      expect(isShared ? lanes.backfill : 1).toBeLessThanOrEqual(Math.max(1, Math.floor(concurrency / 2)));
    });
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(...scenario, (drawn, taken, concurrency, ahead) => {
        const waiting = drawn.map((each, n) => one({ ...each, id: `r${n}`, weight: 1 }));
        const held = { ...nothing, lanes: { regular: taken.regular, backfill: taken.backfill } };
        const forwards = admit(waiting, pool(concurrency, ahead), held);
        expect(admit(waiting.toReversed(), pool(concurrency, ahead), held)).toEqual(forwards);
      }),
    );
  });

  it('lets nobody have two turns more than another who still wants one', () => {
    check(({ admitted, left, blocked }) => {
      const regular = admitted.filter(({ kind, lane }) => kind !== 'bulk' && lane === 'regular');
      const turns = (clientId: string) => {
        const own = admitted.filter((each) => each.clientId === clientId && each.kind !== 'bulk');
        return own.length / (own[0]?.weight ?? 1);
      };
      const backfillsWait = left.some((each) => each.lane === 'backfill');
      const waiting = left.filter((each) => each.lane === 'regular' && each.kind !== 'bulk' && !blocked(each));
      const ahead = waiting.flatMap((each) =>
        regular.filter(({ clientId }) => clientId !== each.clientId && turns(clientId) >= turns(each.clientId) + 2),
      );
      expect(backfillsWait ? [] : ahead).toEqual([]);
    });
  });
});
