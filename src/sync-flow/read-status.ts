import type { ClientStores } from '../ports/stores.js';
import type { FlowContext } from './flow-context.js';
import { modelsInForce } from './flow-context.js';
import { flowStatusOf } from './flow-status.js';
import { openPeriodOf } from './flow-preview.js';
import { notConfiguredView, statusView } from './flow-status.view.js';

/** Periods that the page shows: two weeks of a daily sync. */
const RECENT = 14;

/** The status as the page is told it. `usualDelay` in minutes, null while nobody knows. */
export async function readStatus(stores: ClientStores, context: FlowContext, usualDelay: number | null) {
  const { sync, connection, now } = context;
  const schedule = sync?.schedule;
  if (!sync || !schedule) return notConfiguredView(usualDelay);
  const { runs, flowHistory } = stores;
  const open = await openPeriodOf(stores, sync);
  const activeId = await runs.active(sync.id);
  const run = activeId === undefined ? undefined : await runs.find(activeId);
  const recent = await flowHistory.recent(sync.id, RECENT);
  const disabledAt = sync.enabled ? undefined : await flowHistory.disabledAt(sync.id);
  const facts = { sync: { ...sync, schedule }, connection, open, run, recent, disabledAt, usualDelay, now };
  const models = run?.models?.length ?? modelsInForce(context).length;
  return statusView(flowStatusOf(facts), { recent, run, models, usualDelay });
}
