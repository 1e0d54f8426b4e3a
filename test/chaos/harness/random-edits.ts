import { HOUR } from '../../../src/domain/time/instant.js';
import type { TestDatabase } from '../../support/postgres.js';
import { randomNumbers } from '../../support/random-numbers.js';
import { startWorld, type Answer, type TestClient } from '../../support/world.js';
import { chainFindings } from './check-chain.js';
import { EditedTime } from './edited-time.js';
import { SourceServer } from './source-server.js';

const SYNCS = 6;
const ZONES = ['Etc/UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia'];

export interface EditOptions {
  readonly seed: number;
  readonly edits: number;
  /** Of its own; not dropped. Where absent, a copy of the tests' template. */
  readonly database?: TestDatabase;
}

export interface EditReport {
  readonly edits: number;
  /** Periods that were done. */
  readonly periods: number;
  readonly findings: readonly string[];
}

/** Everything a person can do to syncs while they run, at random, and the chain of each checked in the end. */
export async function editAtRandom({ seed, edits, database }: EditOptions): Promise<EditReport> {
  await using closing = new AsyncDisposableStack();
  const clock = { now: (): number => Number.NaN };
  const source = await SourceServer.start({ now: () => clock.now(), random: Math.random, failing: 0, takes: [0, 60] });
  closing.defer(() => source.close());
  const options = { roles: 'api,dispatcher,worker', outboundAllow: source.origins, workerConcurrency: 8 };
  const kept = database && { ...database, drop: async () => undefined };
  const world = await startWorld({ ...options, ...(kept && { database: kept }) });
  closing.defer(() => world.close());
  const time = new EditedTime(world, source);
  clock.now = () => time.now;
  const editing = new Editing({ source, time, client: await world.newClient(), random: randomNumbers(seed) });
  return await editing.run(edits);
}

interface Place {
  readonly source: SourceServer;
  readonly time: EditedTime;
  readonly client: TestClient;
  readonly random: () => number;
}

class Editing {
  private readonly findings: string[] = [];
  private syncs: { readonly id: string; readonly connectionId: string }[] = [];

  constructor(private readonly place: Place) {}

  async run(edits: number): Promise<EditReport> {
    await this.ask('PATCH', '/v1/client', { catchUp: 'each', frequencyOptions: ['Daily', 'Hourly'] });
    for (let n = 0; n < SYNCS; n += 1) await this.addSync(await this.connect(n));
    for (let n = 0; n < edits; n += 1) await this.edit();
    // Less than the hours that Hourly syncs owe by now would take too long to be waited for.
    for (const { id } of this.syncs) {
      await this.ask('PATCH', `/v1/syncs/${id}`, { enabled: true });
      await this.ask('PUT', `/v1/syncs/${id}/schedule`, { ...this.schedule(), selectedFrequency: 'Daily' });
    }
    this.place.time.move(24 * HOUR);
    await this.place.time.settled();
    let periods = 0;
    for (const { id } of this.syncs) periods += await this.checkChain(id);
    return { edits, periods, findings: this.findings };
  }

  private upTo(count: number): number {
    return Math.floor(this.place.random() * count);
  }

  private pick<T>(values: readonly T[]): T {
    return values[this.upTo(values.length)] as T;
  }

  /** A refusal is an answer; only a fault of the product is none. */
  private async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.place.client.api(method, path, body);
    if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  private async connect(n: number): Promise<string> {
    const company = await this.ask('POST', '/v1/companies', { name: `Company ${n}` });
    const settings = this.place.source.settings({ orders: `shop${n}` }, { pageSize: 5 });
    const body = { platform: 'rest', name: 'Till', settings };
    return (await this.ask('POST', `/v1/companies/${company.body.id}/connections`, body)).body.id;
  }

  private schedule() {
    const selectedFrequency = this.place.random() < 0.8 ? 'Daily' : 'Hourly';
    return { selectedFrequency, startDate: '2027-03-20', syncHour: this.upTo(24), timeZone: this.pick(ZONES) };
  }

  private async addSync(connectionId: string): Promise<void> {
    const asked = { name: 'orders', schedule: this.schedule() };
    const { body } = await this.ask('POST', `/v1/connections/${connectionId}/syncs`, asked);
    this.syncs.push({ id: body.id, connectionId });
  }

  /** What a person can do to a sync while it runs, or time that passes meanwhile. */
  private async edit(): Promise<void> {
    const { id, connectionId } = this.pick(this.syncs);
    const dice = this.place.random();
    if (dice < 0.3) await this.ask('PUT', `/v1/syncs/${id}/schedule`, this.schedule());
    else if (dice < 0.45) await this.ask('PATCH', `/v1/syncs/${id}`, { enabled: this.place.random() < 0.5 });
    else if (dice < 0.65) await this.ask('POST', `/v1/syncs/${id}/runs`, { type: 'latest' });
    else if (dice < 0.7) await this.abort(id);
    else if (dice < 0.73) await this.replace(id, connectionId);
    else await this.place.time.live(this.place.random() * 30 * HOUR);
  }

  private async abort(syncId: string): Promise<void> {
    const { body } = await this.ask('GET', `/v1/runs?syncId=${syncId}&state=running`);
    for (const { id } of body.data) await this.ask('POST', `/v1/runs/${id}/abort`);
  }

  private async replace(syncId: string, connectionId: string): Promise<void> {
    await this.checkChain(syncId);
    await this.ask('DELETE', `/v1/syncs/${syncId}`);
    this.syncs = this.syncs.filter(({ id }) => id !== syncId);
    await this.addSync(connectionId);
  }

  private async checkChain(syncId: string): Promise<number> {
    const { done, findings } = await chainFindings((path) => this.ask('GET', path), syncId);
    this.findings.push(...findings);
    return done;
  }
}
