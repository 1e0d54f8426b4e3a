import type { RequestHandler } from 'express';
import { instant, toIso } from '../domain/time/instant.js';
import { Config } from '../platform/config.js';
import { Outbound } from '../platform/outbound/outbound.js';
import { systemNow } from '../platform/system-now.js';
import { DemoApi } from './demo-api.js';
import { DemoFile, type DemoState } from './demo-file.js';
import { startInbox, type Inbox } from './inbox.js';
import { startSampleShop, type SampleShop } from './sample-shop.js';
import { openSaas } from './saas/open-saas.js';
import { saasRoutes, type Saas } from './saas/saas-routes.js';
import { seed } from './seed.js';

export interface Demo {
  /** The settings with which the product may call the shop and the inbox. */
  readonly config: Config;
  /** Makes what a newcomer needs, or finds it from an earlier start; tells where everything is. */
  seed(baseUrl: string, say: (line: string) => void): Promise<void>;
  /** The page of a pretend SaaS; answers 503 until the demo is seeded. */
  readonly saas: RequestHandler;
  close(): Promise<void>;
}

/** The sample shop and the webhook inbox beside the product, and a client that uses both. */
export async function startDemo(config: Config): Promise<Demo> {
  const file = new DemoFile(config.dataDir);
  const before = file.read();
  const openedAt = before ? instant(before.shopOpenedAt) : systemNow();
  let say: (line: string) => void = () => undefined;
  let saas: Saas | undefined;
  let outbound: Outbound | undefined;
  const shop = await onSamePort(before?.shopUrl, (port) => startSampleShop({ port, now: systemNow, openedAt }));
  const inbox = await onSamePort(before?.inboxUrl, (port) =>
    startInbox({ port, onMessage: ({ type, id }) => say(`webhook received and verified: ${type} ${id}`) }),
  );
  if (before) inbox.setSecret(before.inboxSecret);
  const allowed = [shop.url, inbox.url].map((url) => new URL(url).origin);
  return {
    config: config.allowing(allowed),
    seed: async (baseUrl, print) => {
      outbound = new Outbound({ allow: [new URL(baseUrl).origin] });
      const api = new DemoApi(outbound, baseUrl);
      const state = await seed({ api, adminKey: config.adminKey, shop, inbox, now: openedAt, before });
      const places = { baseUrl, inboxUrl: inbox.url, shopUrl: shop.url, shopOpenedAt: toIso(openedAt) };
      const facts = { ...state, ...places, adminKey: config.adminKey };
      file.write(facts);
      saas = await openSaas({ api, facts, shop, inbox, onMerchant: (merchant) => file.write({ ...facts, merchant }) });
      say = print;
      welcome({ state, baseUrl, config, inbox, shop }).forEach(say);
    },
    saas: saasRoutes(() => saas, config.publicUrl),
    close: async () => {
      await Promise.all([shop.close(), inbox.close(), outbound?.onApplicationShutdown()]);
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
    `  Set-up page    ${config.publicUrl ?? baseUrl}/demo   (as your merchants would see it: set up a sync and watch it)`,
    `  API and docs   ${baseUrl}/docs`,
    `  Inbox          ${inbox.url}   (webhooks as your service would receive them)`,
    `  Sample shop    ${shop.url}   (the source that all companies sync from)`,
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
