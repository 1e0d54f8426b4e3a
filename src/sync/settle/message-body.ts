import type { SyncEvent } from '../../domain/run/sync-event.js';

/** The constraint body_under_20_kb: one byte more, and the run could never be settled. */
const MOST_BYTES = 20_479;

/** Without what is longest where all of it would not fit; the run itself tells it. */
export function bodyOf(event: SyncEvent<object>): string {
  const body = JSON.stringify(event);
  if (Buffer.byteLength(body) <= MOST_BYTES) return body;
  const cut = {
    ...('records' in event.data && { records: {} }),
    ...('errorDetails' in event.data && { errorDetails: null }),
  };
  return JSON.stringify({ ...event, data: { ...event.data, ...cut } });
}
