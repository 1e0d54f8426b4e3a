import { setTimeout as sleep } from 'node:timers/promises';
import { randomNumbers } from '../../support/random-numbers.js';
import { ChaosDatabase } from './chaos-database.js';
import { checkAll } from './check-all.js';
import { Faults } from './faults.js';
import { Fleet } from './fleet.js';
import { owedEdges } from './owed.js';
import type { KillLoopOptions, KillLoopReport } from './kill-loop-options.js';
import { openClients, openShop, type ChaosClient, type Installation, type Shop } from './shops.js';
import { SourceServer } from './source-server.js';
import { untilDelivered, untilDone } from './until.js';
import { WebhookInbox } from './webhook-inbox.js';

const DAY = 24 * 3_600_000;
/** Ten past an hour: no due date of any zone falls into the minutes that the configuration takes. */
const FROM = Date.parse('2027-03-08T10:10:00Z');
const FAILING_INBOX = 10;
const EDIT_EVERY = 200;

/** Lets a whole installation do its work while it is being harmed, and checks from outside what it has done. */
export async function killLoop(options: KillLoopOptions): Promise<KillLoopReport> {
  const closing: (() => Promise<void>)[] = [];
  try {
    const database = await ChaosDatabase.start();

    closing.push(() => database.close());
    await options.prepare?.(database);
    const random = randomNumbers(options.seed);
    // In the weeks in which most zones change their clocks.
    await database.setClock(FROM + Math.floor(random() * 25) * DAY);
    const now = () => database.now();
    const { sourceFailing: failing, sourceSlowness: slowness } = options;
    const source = await SourceServer.start({ now, random, failing, slowness });
    closing.push(() => source.close());
    const inbox = await WebhookInbox.start({ now, random, failing: FAILING_INBOX });
    closing.push(() => inbox.close());
    const { entry, processes, workerConcurrency } = options;
    const outboundAllow = [source.origin, inbox.origin];
    const fleet = await Fleet.start({ database, entry, outboundAllow, ...processes, workerConcurrency });
    closing.push(() => fleet.close());
    return await new KillLoop(options, { database, fleet, source, inbox, random }).run();
  } finally {
    for (const close of closing.toReversed()) {
      await close();
    }
  }
}

class KillLoop {
  private readonly began = performance.now();
  private readonly faults: Faults;
  private readonly late: string[] = [];
  private shops: readonly Shop[] = [];
  private clients: readonly ChaosClient[] = [];

  constructor(
    private readonly options: KillLoopOptions,
    private readonly installation: Installation,
  ) {
    const { fleet, database, random } = installation;
    this.faults = new Faults(fleet, database, { random, ...options.harm });
  }

  async run(): Promise<KillLoopReport> {
    const { database, fleet, inbox } = this.installation;
    const from = database.now();
    await this.configure(from + this.options.days * DAY);
    this.say(`${this.shops.length} shops are configured`);
    await this.live(from);
    const required = database.now();
    await this.settle(required);
    this.say('reading and checking');
    const isCalm = this.options.harm.faults === 0;
    const to = { shops: this.shops, clients: this.clients, required, isCalm };
    const findings = await checkAll({ ...this.installation, ...to });
    const owed = this.shops.reduce((sum, shop) => sum + this.owed(shop, required).length - 1, 0);
    return {
      seed: this.options.seed,
      periods: owed,
      seconds: Math.round((performance.now() - this.began) / 1000),
      faults: this.faults.counts,
      starts: fleet.members.reduce((sum, { starts }) => sum + starts, 0),
      redelivered: inbox.log.length - new Set(inbox.log.map(({ id }) => id)).size,
      repeated: this.clients.reduce((sum, { api }) => sum + api.repeated, 0),
      failedStarts: fleet.members.reduce((sum, { failedStarts }) => sum + failedStarts.length, 0),
      findings: [...this.late, ...fleet.members.flatMap(({ crashes }) => crashes), ...findings],
    };
  }

  private async configure(horizon: number): Promise<void> {
    const { installation, options } = this;
    this.clients = await openClients(installation);
    const shops: Shop[] = [];
    for (let n = 0; n < options.shops; n += 8) {
      const some = Array.from({ length: Math.min(8, options.shops - n) }, (_, k) => n + k);
      shops.push(...(await Promise.all(some.map((k) => openShop(installation, this.clients, { n: k, horizon })))));
    }
    this.shops = shops;
  }

  /** Moves the clock on while faults happen and records are edited. */
  private async live(from: number): Promise<void> {
    const { database, fleet } = this.installation;
    const { days, jumps, isDowntime } = this.options;
    if (isDowntime) await Promise.all(fleet.members.map((member) => member.stop('SIGTERM')));
    const faults = isDowntime ? Promise.resolve() : this.faults.run();
    const editing = new AbortController();
    const edits = this.edit(editing.signal);
    for (let jump = 1; jump <= jumps; jump += 1) {
      // What was edited lies in a span that only the last jump ends.
      if (jump === jumps) editing.abort();
      await database.setClock(Math.max(from + (jump / jumps) * days * DAY, database.now()));
      if (isDowntime) for (const member of fleet.members) member.start();
      this.say(`the clock is at ${new Date(database.now()).toISOString()}`);
      if (jump < jumps) await this.settleSome(database.now());
    }
    await edits;
    await faults;
    this.say(`the faults are over: ${JSON.stringify(this.faults.counts)}`);
    await fleet.ready();
  }

  private async settleSome(upTo: number): Promise<void> {
    const { database } = this.installation;
    const { patience: calm, harm } = this.options;
    const patience = calm + harm.faults * harm.every;
    this.late.push(...(await untilDone(database, this.owedBy(upTo), patience)));
  }

  private async settle(upTo: number): Promise<void> {
    const { database } = this.installation;
    this.late.push(...(await untilDone(database, this.owedBy(upTo), this.options.patience)));
    this.late.push(...(await untilDelivered(database, this.options.patience)));
  }

  private owed(shop: Shop, upTo: number): readonly number[] {
    return owedEdges(shop.schedule, shop.configuredAt, upTo);
  }

  /** The newest due date of each shop, by its sync. */
  private owedBy(upTo: number): ReadonlyMap<string, number> {
    return new Map(this.shops.map((shop) => [shop.syncId, this.owed(shop, upTo).at(-1) ?? 0]));
  }

  private async edit(signal: AbortSignal): Promise<void> {
    const { source, random } = this.installation;
    const edited = this.shops.filter(({ isEdited }) => isEdited);
    while (!signal.aborted) {
      const shop = edited[Math.floor(random() * edited.length)];
      if (shop) source.edit(shop.name);
      await sleep(EDIT_EVERY, undefined, { signal }).catch(() => undefined);
    }
  }

  private say(line: string): void {
    this.options.say(`${((performance.now() - this.began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  }
}
