import { flowPeriodOf } from '../domain/flow/flow-period.js';
import { shownPeriod } from '../domain/schedule/preview.js';
import type { ConfiguredFlow } from './configure-flow.js';
import { modelsInForce } from './flow-context.js';
import { configurationView, flowPeriodView } from './flow.view.js';
import { statusBeside } from './read-status.js';

/** What was saved, what it leads to, and how the sync is doing now. */
export async function configuredView({ flow, saved }: ConfiguredFlow) {
  const { context } = flow;
  const { schedule, version } = saved.sync;
  if (!schedule) throw new Error('A configuration that was saved has a schedule.');
  const next = saved.nextPeriod && flowPeriodOf(shownPeriod(saved.nextPeriod, schedule), schedule);
  return {
    configuration: configurationView(modelsInForce(context), schedule),
    version,
    firstPeriod: next ? flowPeriodView(next) : null,
    status: await statusBeside(flow),
  };
}
