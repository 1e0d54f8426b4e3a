import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { SlotRooms } from '../../../src/domain/load/slot-rooms.js';

describe('the rooms of slots', () => {
  it('are found as a scan would find them', () => {
    const steps = fc.array(
      fc.record({
        from: fc.integer({ min: 0, max: 3_000 }),
        length: fc.integer({ min: 1, max: 3_000 }),
        need: fc.integer({ min: 1, max: 10 }),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const rooms = new SlotRooms(10);
        const scan = Array<number>(7_000).fill(10);
        for (const { from, length, need } of all) {
          const before = from + length;
          const first = scan.findIndex((room, slot) => slot >= from && slot < before && room >= need);
          expect(rooms.firstWithRoom(from, before, need)).toBe(first === -1 ? undefined : first);
          const last = scan.findLastIndex((room, slot) => slot >= from && slot < before && room >= need);
          expect(rooms.lastWithRoom(from, before, need)).toBe(last === -1 ? undefined : last);
          const most = scan.slice(from, before).reduce((max, room) => Math.max(max, room), -Infinity);
          const fullest = from + scan.slice(from, before).indexOf(most);
          expect(rooms.withMostRoom(from, before)).toBe(fullest);
          const slot = first === -1 ? fullest : first;
          rooms.set(slot, rooms.room(slot) - need * 3);
          scan[slot] = (scan[slot] ?? 0) - need * 3;
          expect(rooms.room(slot)).toBe(scan[slot]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
