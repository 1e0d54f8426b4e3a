import type { Instant } from '../domain/time/instant.js';
import type { BulkAnswer, BulkResult } from './request/bulk-runs.js';
import { runView } from './run.view.js';

/** What became of many requests as the API answers it. */
export function bulkView({ data, nextCursor }: BulkAnswer, now: Instant) {
  const started = data.filter((result) => 'run' in result).length;
  return { data: data.map((result) => resultView(result, now)), started, refused: data.length - started, nextCursor };
}

function resultView(result: BulkResult, now: Instant) {
  if ('run' in result) return { syncId: result.syncId, run: runView(result.run, now) };
  const { code, message, problems, details } = result.refusal;
  return { syncId: result.syncId, problem: { code, message, ...(problems ? { errors: problems } : {}), ...details } };
}
