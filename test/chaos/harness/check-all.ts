import { checkLedger } from './check-ledger.js';
import { checkAnnouncements, checkDeliveries } from './check-messages.js';
import { checkLimits, peaksOf, type Peak } from './check-limits.js';
import { checkFeed, checkRecords } from './check-records.js';
import { readClient, readShops, type ReadClient } from './final-read.js';
import type { Body } from './patient-api.js';
import type { ChaosClient, Installation, Shop } from './shops.js';
import type { Served } from './source-server.js';
import type { Received } from './webhook-inbox.js';

export interface ToCheck extends Installation {
  readonly shops: readonly Shop[];
  readonly clients: readonly ChaosClient[];
  /** Every due date up to this instant must be done. */
  readonly required: number;
  /** Nobody was harmed: no page is read a second time. */
  readonly isCalm: boolean;
}

export interface Checked {
  readonly findings: readonly string[];
  /** How much of each limit was used. */
  readonly peaks: readonly Peak[];
}

/**
 * Everything that must hold, from the logs of the source and of the receiver and from what the API tells. Nothing of the
 * product's code is used, and nothing of its database is read.
 */
export async function checkAll(toCheck: ToCheck): Promise<Checked> {
  const { database, source, inbox, shops, clients, required } = toCheck;
  const read = await readShops(shops);
  const horizon = { required, possible: database.now() };
  const found = read.flatMap((shop) => checkLedger(shop, horizon));
  for (const client of clients) {
    const of = await readClient(client);
    const payloads = await payloadsOf(of, inbox.log);
    found.push(...of.activeRuns.map((run) => `run ${run} is still active`));
    found.push(...checkDeliveries(of, inbox.log, database.now()));
    const own = read.filter((one) => one.shop.client.id === client.id);
    const connections = Map.groupBy(own, ({ shop }) => shop.connectionId);
    found.push(...[...connections.values()].flatMap((one) => checkFeed(one, { messages: of.messages, payloads })));
    for (const shop of own) {
      const served = source.log.filter((one) => one.shop === shop.shop.name);
      const at = { source: source.recordsOf(shop.shop.name), served, messages: of.messages, payloads };
      found.push(...checkAnnouncements(shop, of.messages, payloads), ...checkRecords(shop, at));
    }
  }
  const peaks = peaksOf(shops, source.log);
  found.push(...checkLimits(peaks), ...(toCheck.isCalm ? readTwice(source.log) : []));
  return { findings: found, peaks };
}

/** A run that stays with its worker reads each page once. */
function readTwice(log: readonly Served[]): readonly string[] {
  const seen = new Set<string>();
  return log
    .filter(({ status }) => status === 200)
    .map(({ shop, since, before, after }) => `${shop} [${since}, ${before}) after '${after}'`)
    .filter((page) => seen.has(page) || !seen.add(page))
    .map((page) => `the page ${page} was read twice, and nobody was harmed`);
}

/** What each message says: as it arrived, else as the API tells it. */
async function payloadsOf(
  { client, messages }: ReadClient,
  log: readonly Received[],
): Promise<ReadonlyMap<string, Body>> {
  const payloads = new Map<string, Body>(log.map(({ id, body }) => [id, JSON.parse(body)]));
  for (const { id } of messages) {
    if (payloads.has(id)) continue;
    payloads.set(id, (await client.api.ask('GET', `/v1/webhook-messages/${id}`)).payload);
  }
  return payloads;
}
