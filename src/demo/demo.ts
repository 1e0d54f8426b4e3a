import { instant, toIso } from '../domain/time/instant.js';
import { Config } from '../platform/config.js';
import { Outbound } from '../platform/outbound/outbound.js';
import { systemNow } from '../platform/system-now.js';
import { DemoApi } from './demo-api.js';
import { DemoFile, type DemoState } from './demo-file.js';
import { startInbox, type Inbox } from './inbox.js';
import { startSampleShop, type SampleShop } from './sample-shop.js';
import { seed } from './seed.js';

export interface Demo {
  /** The settings with which the product may call the shop and the inbox. */
  readonly config: Config;
  /** Makes what a newcomer needs, or finds it from an earlier start; tells where everything is. */
  seed(baseUrl: string, say: (line: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** The sample shop and the webhook inbox beside the product, and a client that uses both. */
export async function startDemo(config: Config): Promise<Demo> {
  const file = new DemoFile(config.dataDir);
  const before = file.read();
  const openedAt = before ? instant(before.shopOpenedAt) : systemNow();
  let say: (line: string) => void = () => undefined;
  const shop = await onSamePort(before?.shopUrl, (port) => startSampleShop({ port, now: systemNow, openedAt }));
  const inbox = await onSamePort(before?.inboxUrl, (port) =>
    startInbox({ port, onMessage: ({ type, id }) => say(`webhook received and verified: ${type} ${id}`) }),
  );
  if (before) inbox.setSecret(before.inboxSecret);
  const allowed = [shop.url, inbox.url].map((url) => new URL(url).origin);
  return {
    config: config.allowing(allowed),
    seed: async (baseUrl, print) => {
      const outbound = new Outbound({ allow: [new URL(baseUrl).origin] });
      const api = new DemoApi(outbound, baseUrl);
      const state = await seed({ api, adminKey: config.adminKey, shop, inboxUrl: inbox.url, now: openedAt, before });
      inbox.setSecret(state.inboxSecret);
      file.write({
        ...state,
        baseUrl,
        adminKey: config.adminKey,
        inboxUrl: inbox.url,
        shopUrl: shop.url,
        shopOpenedAt: toIso(openedAt),
      });
      await outbound.onApplicationShutdown();
      say = print;
      welcome({ state, baseUrl, config, inbox, shop }).forEach(say);
    },
    close: async () => {
      await Promise.all([shop.close(), inbox.close()]);
    },
  };
}

/** The port of last time, because connections and endpoints remember it; any other where it is taken. */
async function onSamePort<T>(url: string | undefined, start: (port: number) => Promise<T>): Promise<T> {
  const port = url === undefined ? 0 : Number(new URL(url).port);
  try {
    return await start(port);
  } catch (error) {
    if (port === 0) throw error;
    return start(0);
  }
}

function welcome(facts: {
  readonly state: DemoState;
  readonly baseUrl: string;
  readonly config: Config;
  readonly inbox: Inbox;
  readonly shop: SampleShop;
}): readonly string[] {
  const { state, baseUrl, config, inbox, shop } = facts;
  return [
    '',
    `  API and docs   ${baseUrl}/docs`,
    `  Inbox          ${inbox.url}   (webhooks as your service would receive them)`,
    `  Sample shop    ${shop.url}   (the source both companies sync from)`,
    `  API key        ${state.apiKey}`,
    `  Operator key   ${config.adminKey}`,
    `  Sync           ${state.syncId}   (due every minute; the first period covers 90 days)`,
    '',
    `  curl -H 'Authorization: Bearer ${state.apiKey}' ${baseUrl}/v1/syncs/${state.syncId}/periods`,
    '',
    '  Each settled period is a line below. Ctrl-C stops; the next start goes on from here.',
    '',
  ];
}
