import { instantOf, plus, type Instant } from '../../../src/domain/time/instant.js';
import { eventually } from '../../support/eventually.js';
import { query } from '../../support/postgres.js';
import type { World } from '../../support/world.js';
import type { SourceServer } from './source-server.js';

const FROM = instantOf(Date.parse('2027-03-26T10:10:00Z'));

/** The time of a world whose syncs are edited: it passes when it is told to. */
export class EditedTime {
  now: Instant = FROM;

  constructor(
    private readonly world: World,
    private readonly source: SourceServer,
  ) {
    world.clock.runFrom(FROM);
  }

  move(milliseconds: number): void {
    this.now = plus(this.now, milliseconds);
    this.world.clock.runFrom(this.now);
  }

  /**
   * Moves the clock on, until a source is asked: what is edited next may be running. First what runs may end: a run of
   * twenty hours, by the clock, would be expected to take as long the next time, and be planned for.
   */
  async live(milliseconds: number): Promise<void> {
    const isStill = async () => (await this.unfinished()).every(({ status }) => status !== 'running');
    await eventually(isStill, { timeout: 30_000, what: 'no run under way' });
    const { log } = this.source;
    const asked = log.length;
    this.move(milliseconds);
    // Nothing may be due.
    await eventually(() => log.length > asked, { timeout: 3_000 }).catch(() => undefined);
  }

  /** What is running, and what is due and waits. */
  private async unfinished(): Promise<readonly { readonly status: string }[]> {
    return query(
      this.world.database.superuserUrl,
      `select p.sync_id, p.status, p.period_start, p.due_date, p.run_date, p.run_date_reason, p.attempt, r.state as run,
              r.error_message as error, $1::timestamptz as now
         from sync_period p left join run r on r.client_id = p.client_id and r.id = p.run_id
        where p.status in ('queued', 'running') or (p.status in ('planned', 'assigned') and p.due_date <= $1)`,
      [new Date(await this.world.clock.now())],
    );
  }

  /** Until nothing is due any more. As long as something is done, there is patience. */
  async settled(): Promise<void> {
    const { log } = this.source;
    while ((await this.unfinished()).length > 0) {
      const before = log.length;
      const isMoving = async () => log.length > before || (await this.unfinished()).length === 0;
      await eventually(isMoving, { timeout: 120_000 }).catch(async (error: unknown) => {
        throw new Error(`not at rest: ${JSON.stringify(await this.unfinished())}`, { cause: error });
      });
    }
  }
}
