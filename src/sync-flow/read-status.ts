import { modelsInForce } from './flow-context.js';
import { flowStatusOf } from './flow-status.js';
import { openPeriodOf } from './flow-preview.js';
import { notConfiguredView, statusView, type FlowStatusView } from './flow-status.view.js';
import { allows } from './flow-rights.js';
import type { OpenFlow } from './open-flow.js';
import { tellReasons } from './tell-reasons.js';

/** Periods that the page shows: two weeks of a daily sync. */
const RECENT = 14;

/** The status beside another answer: null for a session that may not ask for it. */
export async function statusBeside(flow: OpenFlow): Promise<FlowStatusView | null> {
  return allows(flow.context.session, 'status:read') ? readStatus(flow) : null;
}

/** The status as the page is told it. */
export async function readStatus({ stores, context, usualDelay }: OpenFlow): Promise<FlowStatusView> {
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
  const status = flowStatusOf(facts);
  const reason = status.attention && (await tellReasons(stores, context))(status.attention.code);
  return statusView(status, { recent, run, schedule, models, usualDelay, reason });
}
