import { Injectable } from '@nestjs/common';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import { againLine, heldLine, pageLine } from '../logs/model-lines.js';
import { keepPage } from './keep-page.js';
import { keepProgress } from './keep-progress.js';
import { nothingYet } from './model-progress.js';
import { endsModel, type PageStep, type Position, type RunInHand } from './run-in-hand.js';

/** Keeps pulled pages: records, counts, checkpoint and log lines are one transaction. */
@Injectable()
export class PageWriter {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Throws RunLost and AbortRequested, each of which rolls the page back: a worker that lost its run leaves nothing. */
  async save(inHand: RunInHand, step: PageStep): Promise<Position> {
    const { clientId, owner, log } = inHand;
    const { runId } = owner;
    const { model, page } = step;
    const now = await this.clock.now();
    log.time.set(now);
    const tells = endsModel(page) || log.tellsPages(model);
    return log.keep((lines) =>
      this.database.asClient(clientId, async (stores) => {
        const { reached, counts, doubted } = await keepPage(stores, { inHand, step }, now);
        await keepProgress(stores.runs, owner, reached);
        const told = tells ? [pageLine(model, reached.progress[model] ?? nothingYet, now)] : [];
        const held = counts.held ? [heldLine(model, counts.held, now)] : [];
        const again = doubted ? [againLine(model, doubted, now)] : [];
        await stores.runLogs.add([{ clientId, runId, lines: [...lines, ...told, ...held, ...again] }]);
        return reached;
      }),
    );
  }
}
