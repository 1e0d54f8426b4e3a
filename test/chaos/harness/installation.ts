import { randomNumbers } from '../../support/random-numbers.js';
import { ChaosDatabase } from './chaos-database.js';
import { Fleet } from './fleet.js';
import type { KillLoopOptions } from './kill-loop-options.js';
import { HOST_LIMITS } from './shop-plan.js';
import type { Installation } from './shops.js';
import { SourceServer } from './source-server.js';
import { WebhookInbox } from './webhook-inbox.js';

const DAY = 24 * 3_600_000;
/** Ten past an hour: no due date of any zone falls into the minutes that the configuration takes. */
const FROM = Date.parse('2027-03-08T10:10:00Z');
const FAILING_INBOX = 10;

/** Everything an installation is made of, for as long as `work` takes. */
export async function withInstallation<T>(
  options: KillLoopOptions,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  await using closing = new AsyncDisposableStack();
  const database = await ChaosDatabase.start();
  closing.defer(() => database.close());
  await options.prepare?.(database);
  const random = randomNumbers(options.seed);
  // In the weeks in which most zones change their clocks.
  await database.setClock(FROM + Math.floor(random() * 25) * DAY);
  const now = () => database.now();
  const { sourceFailing: failing, sourceTakes: takes, entry, processes, workerConcurrency } = options;
  const source = await SourceServer.start({ now, random, failing, takes });
  closing.defer(() => source.close());
  const inbox = await WebhookInbox.start({ now, random, failing: FAILING_INBOX });
  closing.defer(() => inbox.close());
  const outboundAllow = [...source.origins, inbox.origin];
  const shared = { database, entry, outboundAllow, hostLimits: HOST_LIMITS };
  const fleet = await Fleet.start({ ...shared, ...processes, workerConcurrency });
  closing.defer(() => fleet.close());
  return await work({ database, fleet, source, inbox, random });
}
