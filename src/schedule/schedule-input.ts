import { parseDuration, type Duration } from '../domain/time/duration.js';
import type { Instant } from '../domain/time/instant.js';
import type { Problem } from '../domain/problem.js';
import { parseSchedule, type SyncSchedule } from '../domain/schedule/schedule.js';
import type { Client } from '../ports/tenancy.js';

export interface ScheduleInput {
  readonly client: Client;
  /** The schedule in force, when there is one. */
  readonly previous?: SyncSchedule;
  readonly now: Instant;
  /** Where in the body the schedule is: empty, or `/schedule`. */
  readonly pointer: '' | '/schedule';
}

export interface ReadSchedule {
  readonly schedule?: SyncSchedule;
  readonly problems: readonly Problem[];
}

/** Reads a schedule with what the client's settings add to it. */
export function readSchedule(value: unknown, { client, previous, now, pointer }: ScheduleInput): ReadSchedule {
  const read = parseSchedule(value, {
    syncHour: client.defaultSyncHour,
    frequencyOptions: client.frequencyOptions,
    maxBackfill: durationOf(client.maxBackfill),
    startDateInForce: previous?.startDate,
    now,
  });
  if (read.ok) return { schedule: read.value, problems: [] };
  return {
    problems: read.problems.map(({ code, message, pointer: inside }) => ({ pointer: pointer + inside, code, message })),
  };
}

function durationOf(text: string | undefined): Duration | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  return duration.ok ? duration.value : undefined;
}
