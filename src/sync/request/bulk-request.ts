import { pointerTo, shown, validationFailed, type Problem } from '../../domain/problem.js';
import type { Report } from '../../domain/schedule/schedule-fields.js';
import type { Instant } from '../../domain/time/instant.js';
import type { SyncSelection } from '../../ports/syncs.js';
import { readInteger, readObject, reportTo, reportUnknown, type Members } from './members.js';
import { parseRunRequest, type RunRequest } from './run-request.js';
import { readSelection } from './sync-selection.js';

/** What a caller asks for with `POST /v1/runs/bulk`. */
export interface BulkRequest {
  readonly select: SyncSelection;
  readonly run: RunRequest;
  readonly limit: number;
  readonly cursor?: string;
}

/** Most syncs one request tries; each takes a transaction of some milliseconds. */
const MOST_SYNCS = 500;
const LONGEST_CURSOR = 1024;

/** Throws 422 with every problem. */
export function parseBulkRequest(body: unknown, now: Instant): BulkRequest {
  const problems: Problem[] = [];
  const report = reportTo(problems);
  const members = readObject(body, report);
  if (!members) throw validationFailed(problems);
  reportUnknown(members, ['select', 'run', 'limit', 'cursor'], report);
  const select = readSelection(members['select'], report);
  const run = readRun(members['run'], now, problems);
  const limit = readInteger(members, { name: 'limit', min: 1, max: MOST_SYNCS }, report) ?? MOST_SYNCS;
  const cursor = readCursor(members, report);
  if (problems.length > 0 || !select || !run) throw validationFailed(problems);
  return { select, run, limit, cursor };
}

function readRun(value: unknown, now: Instant, problems: Problem[]): RunRequest | undefined {
  if (value === undefined) return reportTo(problems)('/run', 'required', 'run is required.');
  const read = parseRunRequest(value, { now, at: '/run' });
  if (read.ok) return read.value;
  problems.push(...read.problems);
  return undefined;
}

function readCursor({ cursor }: Members, report: Report): string | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  const words = `cursor is the nextCursor of an answer, or null; got ${shown(cursor)}.`;
  if (typeof cursor !== 'string') return report(pointerTo('cursor'), 'invalid_type', words);
  return cursor.length <= LONGEST_CURSOR ? cursor : report(pointerTo('cursor'), 'too_long', words);
}
