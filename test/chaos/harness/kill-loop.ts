import { setTimeout as sleep } from 'node:timers/promises';
import { checkAll } from './check-all.js';
import { CoverageWatch } from './coverage-watch.js';
import { Faults } from './faults.js';
import { withInstallation } from './installation.js';
import { owedEdges } from './owed.js';
import type { KillLoopOptions, KillLoopReport } from './kill-loop-options.js';
import { openClients, openShops, type ChaosClient, type Installation, type Shop } from './shops.js';
import { untilDelivered, untilDone } from './until.js';

const DAY = 24 * 3_600_000;
const EDIT_EVERY = 200;
/** How many of the shops may owe something when the clock goes on: the last wait for what a killed process held. */
const BEHIND = 1 / 4;
/** How much longer the same may take while there is harm, in milliseconds. */
const LONGEST_HARM = 600_000;

/** Lets a whole installation do its work while it is being harmed, and checks from outside what it has done. */
export const killLoop = (options: KillLoopOptions): Promise<KillLoopReport> =>
  withInstallation(options, (installation) => new KillLoop(options, installation).run());

class KillLoop {
  private readonly began = performance.now();
  private readonly faults: Faults;
  private readonly watch = new CoverageWatch();
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
    const { database } = this.installation;
    const from = database.now();
    await this.configure(from + this.options.days * this.options.stretch * DAY);
    this.say(`${this.shops.length} shops are configured`);
    await this.live(from);
    const required = database.now();
    await this.settle(required);
    this.say('reading and checking');
    const { faults, databaseStops } = this.options.harm;
    const isCalm = faults + databaseStops === 0;
    const to = { shops: this.shops, clients: this.clients, required, isCalm };
    const { findings, peaks } = await checkAll({ ...this.installation, ...to });
    return { ...this.told(required), peaks, findings: [...this.ownFindings(), ...findings] };
  }

  private told(required: number) {
    const { fleet, inbox } = this.installation;
    const { counts, killed, recoveries } = this.faults;
    return {
      seed: this.options.seed,
      periods: this.shops.reduce((sum, shop) => sum + this.owed(shop, required).length - 1, 0),
      seconds: Math.round((performance.now() - this.began) / 1000),
      faults: counts,
      killed,
      recoveries,
      coverages: this.watch.asked,
      starts: fleet.members.reduce((sum, { starts }) => sum + starts, 0),
      redelivered: inbox.log.length - new Set(inbox.log.map(({ id }) => id)).size,
      repeated: this.clients.reduce((sum, { api }) => sum + api.repeated, 0),
      failedStarts: fleet.members.reduce((sum, { failedStarts }) => sum + failedStarts.length, 0),
    };
  }

  private ownFindings(): readonly string[] {
    const crashes = this.installation.fleet.members.flatMap((member) => member.crashes);
    return [...this.late, ...crashes, ...this.faults.findings, ...this.watch.findings];
  }

  private async configure(horizon: number): Promise<void> {
    const { installation, options } = this;
    this.clients = await openClients(installation);
    const shops: Shop[] = [];
    while (shops.length < options.shops)
      shops.push(...(await openShops(installation, { n: shops.length, clients: this.clients, horizon })));
    this.shops = shops;
  }

  /** Moves the clock on while faults happen and records are edited. */
  private async live(from: number): Promise<void> {
    const ending = new AbortController();
    const faults = this.faults.run().finally(() => ending.abort());
    const watch = this.watch.run(this.shops, ending.signal);
    await this.passTime(from, ending.signal);
    await Promise.all([faults, watch]);
    this.say(`the faults are over: ${JSON.stringify(this.faults.counts)}`);
    await this.installation.fleet.ready();
  }

  private async passTime(from: number, faultsAreOver: AbortSignal): Promise<void> {
    const { database } = this.installation;
    const { days, jumps, stretch } = this.options;
    const editing = new AbortController();
    const edits = this.edit(editing.signal);
    for (let jump = 1, isLast = false; !isLast; jump += 1) {
      isLast = jump >= jumps * stretch || (stretch > 1 && jump >= jumps && faultsAreOver.aborted);
      // What was edited lies in a span that only the last jump ends.
      if (isLast) {
        editing.abort();
        await edits;
      }
      await database.setClock(Math.max(from + (jump / jumps) * days * DAY, database.now()));
      this.say(`the clock is at ${new Date(database.now()).toISOString()}`);
      if (!isLast) await this.settleMost(database.now());
    }
  }

  private async settleMost(upTo: number): Promise<void> {
    const { patience: calm, harm } = this.options;
    const patience = calm + Math.min(harm.faults * harm.every, LONGEST_HARM);
    const most = Math.floor(this.shops.length * BEHIND);
    this.late.push(...(await untilDone(this.installation.database, { owed: this.owedBy(upTo), patience, most })));
  }

  private async settle(upTo: number): Promise<void> {
    const { database } = this.installation;
    const { patience } = this.options;
    this.late.push(...(await untilDone(database, { owed: this.owedBy(upTo), patience, most: 0 })));
    this.late.push(...(await untilDelivered(database, patience)));
  }

  private owed(shop: Shop, upTo: number): readonly number[] {
    return owedEdges(shop.schedule, shop.configuredAt, upTo);
  }

  /** The newest due date of each shop, by its sync; none where only the start of the first period has passed. */
  private owedBy(upTo: number): ReadonlyMap<string, number> {
    return new Map(this.shops.map((shop) => [shop.syncId, this.owed(shop, upTo).slice(1).at(-1) ?? 0]));
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
