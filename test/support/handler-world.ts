import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from './eventually.js';
import { Handler, type HandledShop, type Told } from './handler.js';
import { query } from './postgres.js';
import { startWorld, type Answer, type TestClient, type World } from './world.js';

export const NOON = instant('2022-07-13T12:00:00Z');
export const daily = { selectedFrequency: 'Daily', startDate: '2022-05-01', syncHour: 0, timeZone: 'Europe/London' };

/** The whole product, a client, and a handler of its own: for the tests of one file, a new client for each. */
export class HandlerWorld {
  handler: Handler;
  world: World;
  client: TestClient;

  /** The clock runs on from noon in each test, and whatever the handler is told is held against the contract. */
  constructor() {
    beforeAll(async () => {
      this.handler = await Handler.start();
      this.world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [this.handler.origin] });
    });
    afterAll(async () => {
      await this.world.close();
      await this.handler.close();
    });
    beforeEach(async () => {
      this.world.clock.runFrom(NOON);
      this.client = await this.world.newClient();
      this.handler.answer(() => ({ status: 202 }));
    });
    afterEach(() => {
      expect(this.handler.problems).toEqual([]);
    });
  }

  /** Has the clock run on from another moment of the day. */
  at(time: string): void {
    this.world.clock.runFrom(instant(`2022-07-13T${time}:00Z`));
  }

  async runOf(runId: string) {
    return (await this.client.api('GET', `/v1/runs/${runId}`)).body;
  }

  report(runId: string, what: string, body: unknown): Promise<Answer> {
    return this.client.api('POST', `/v1/runs/${runId}/${what}`, body);
  }

  /** What is wrong with a report on a run that need not exist. */
  async problemsOf(what: string, body: unknown): Promise<readonly string[]> {
    const answer = await this.report(`run_${'0'.repeat(26)}`, what, body);
    if (answer.status !== 422) throw new Error(`not refused: ${answer.status}`);
    return answer.body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`);
  }

  inState(runId: string, state: string) {
    return eventually(
      async () => {
        const run = await this.runOf(runId);
        return run.state === state && run;
      },
      { what: `a run that is ${state}` },
    );
  }

  async startRun(syncId: string, body: unknown = { type: 'latest' }): Promise<string> {
    const { status, body: run } = await this.client.api('POST', `/v1/syncs/${syncId}/runs`, body);
    expect(status).toBe(201);
    return run.id;
  }

  started(runId: string): Promise<Told> {
    return eventually(() => this.handler.starts(runId)[0], { what: `the start of ${runId}` });
  }

  /** The start of the next attempt at what a run has failed at. */
  startAfter({ runId, syncId }: { readonly runId: string; readonly syncId: string }): Promise<Told> {
    return eventually(() => this.handler.starts().find(({ data }) => data.syncId === syncId && data.runId !== runId), {
      what: `another attempt after ${runId}`,
    });
  }

  /** A latest run that nobody but its handler has. */
  async acceptedRun(
    shop: HandledShop,
  ): Promise<{ readonly runId: string; readonly syncId: string; readonly token: string }> {
    const runId = await this.startRun(shop.syncId);
    const { data } = await this.started(runId);
    await eventually(() => this.anyOf(`run where id = '${runId}' and awaiting_until is not null`), {
      what: 'an accepted run',
    });
    return { runId, syncId: shop.syncId, token: data.token };
  }

  async anyOf(rows: string): Promise<boolean> {
    return (await query(this.world.database.superuserUrl, `select from ${rows} limit 1`)).length > 0;
  }

  async ledger(syncId: string) {
    const { body } = await this.client.api('GET', `/v1/syncs/${syncId}/periods`);
    return body.data.filter(({ status }: { status: string }) => status !== 'superseded');
  }

  /** What was told of the ends of its periods. */
  async messagesOf(syncId: string) {
    const { body } = await this.client.api('GET', `/v1/webhook-messages?syncId=${syncId}`);
    return body.data.filter(({ type }: { type: string }) => type.startsWith('sync.period.'));
  }
}
