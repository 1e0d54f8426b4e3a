import { Injectable } from '@nestjs/common';
import type { RunOutcome } from '../../domain/run/settlement.js';
import { SourceError } from '../../domain/run/source-error.js';
import type { Instant } from '../../domain/time/instant.js';
import { Clock } from '../../ports/clock.js';
import {
  ConnectorRegistry,
  PullConnector,
  type ConnectorConnection,
  type ModelDescription,
} from '../../ports/connector.js';
import type { Progress, StartedRun } from '../../ports/runs.js';
import type { LogLevel } from '../../domain/run/log-level.js';
import { beginningMessage } from '../logs/model-lines.js';
import { CarryOver } from './carry-over.js';
import { announcedIn } from './change-room.js';
import { nothingYet } from './model-progress.js';
import { PageWriter } from './page-writer.js';
import { configuration, modelsOf } from './pulled-models.js';
import { readPlanOf } from './read-plan.js';
import { readAhead } from './read-ahead.js';
import { RunConnection } from './run-connection.js';
import type { Position, RunInHand } from './run-in-hand.js';
import { selectedPages } from './selected-pages.js';

export interface PulledRun {
  readonly outcome: RunOutcome;
  readonly progress: Progress;
  /** When its first model had been listed to the end; absent where this process did not see that. */
  readonly listedAt?: Instant;
}

/** Pulls what a started run asks for, model by model and page by page. */
@Injectable()
export class PullRun {
  constructor(
    private readonly connectors: ConnectorRegistry,
    private readonly clock: Clock,
    private readonly connections: RunConnection,
    private readonly pages: PageWriter,
    private readonly carryOver: CarryOver,
  ) {}

  /**
   * Answers how the run ended. Throws RunLost when another worker has taken it, AbortRequested when somebody
   * asked it to stop, and whatever the database throws: none of these is an outcome of the source.
   */
  async execute(inHand: RunInHand, signal: AbortSignal): Promise<PulledRun> {
    const { started } = inHand;
    let position: Position = { checkpoint: started.checkpoint, progress: started.run.progress };
    let listedAt: Instant | undefined;
    try {
      const connection = this.connections.of(inHand);
      const connector = this.connectorOf(started);
      position = await this.carryOver.release(inHand, position, signal);
      for (const model of modelsOf(started, connector)) {
        if (position.checkpoint.done.includes(model.name)) continue;
        for (let reading = 1; reading === 1 || (reading === 2 && isReadAgain(position, model.name)); reading += 1) {
          for await (const reached of this.pullModel({ inHand, connector, connection, model, position }, signal))
            position = reached;
        }
        position = finishedModel(position, model.name);
        // The first to end: what changes in it while the others are read is for the next run.
        listedAt ??= await this.momentOf(inHand);
      }
    } catch (error) {
      // A request cut short by a stop is no fault of the source.
      if (error instanceof SourceError && !signal.aborted)
        return { outcome: { kind: 'failed', failure: error.failure }, progress: position.progress };
      throw error;
    }
    const { progress } = position;
    const hasMore = await this.carryOver.remains(inHand);
    const outcome = { kind: 'synced', records: announcedIn(progress), hasMore } as const;
    // Where an earlier attempt has listed a model, nobody knows when that was.
    return { outcome, progress, listedAt: started.checkpoint.done.length > 0 ? undefined : listedAt };
  }

  /** The position after each page that was kept. */
  private async *pullModel(pull: ModelPull, signal: AbortSignal): AsyncGenerator<Position> {
    const { inHand, connector, connection, model } = pull;
    let { position } = pull;
    const plan = readPlanOf(inHand.started, model);
    const checkpoint = position.checkpoint.model === model.name ? position.checkpoint.at : undefined;
    const notice = (level: LogLevel, message: string) => inHand.log.add(level, message, { model: model.name });
    if (!plan) return notice('info', `Nothing of ${model.name} to read: no whole day or hour of it has ended since.`);
    notice('info', beginningMessage(model.name, plan, checkpoint && position.progress[model.name]));
    const pages = connector.pull({ connection, model: model.name, ...plan, checkpoint, notice }, signal);
    for await (const page of selectedPages(readAhead(pages), plan.filter)) {
      signal.throwIfAborted();
      position = await this.pages.save(inHand, { model: model.name, plan, page, position });
      yield position;
    }
  }

  /** By the database's clock where the next run is to read from there. */
  private momentOf({ started, log }: RunInHand): Promise<Instant> {
    return started.sync.watermarkAt === 'runEnd' ? this.clock.now() : Promise.resolve(log.time.now());
  }

  private connectorOf({ connection }: StartedRun): PullConnector {
    const connector = this.connectors.find(connection.platform);
    if (!connector) throw configuration(`Platform ${connection.platform} is not installed.`);
    if (!(connector instanceof PullConnector))
      throw configuration(`Platform ${connection.platform} is not pulled from.`);
    return connector;
  }
}

interface ModelPull {
  readonly inHand: RunInHand;
  readonly connector: PullConnector;
  readonly connection: ConnectorConnection;
  readonly model: ModelDescription;
  readonly position: Position;
}

/** Whether an audit wants to see the model a second time. */
const isReadAgain = ({ checkpoint }: Position, model: string): boolean =>
  checkpoint.model === model && checkpoint.snapshot?.again === true && !checkpoint.done.includes(model);

function finishedModel({ checkpoint, progress }: Position, model: string): Position {
  const done = checkpoint.done.includes(model) ? checkpoint.done : [...checkpoint.done, model];
  const counts = { ...(progress[model] ?? nothingYet), done: true };
  return { checkpoint: { done }, progress: { ...progress, [model]: counts } };
}
