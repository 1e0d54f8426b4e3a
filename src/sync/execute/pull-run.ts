import { Injectable } from '@nestjs/common';
import type { RunOutcome } from '../../domain/run/settlement.js';
import { SourceError } from '../../domain/run/source-error.js';
import {
  ConnectorRegistry,
  PullConnector,
  type ConnectorConnection,
  type ModelDescription,
} from '../../ports/connector.js';
import type { Progress, StartedRun } from '../../ports/runs.js';
import { Secrets } from '../../ports/secrets.js';
import { nothingYet, PageWriter, type Position, type RunInHand } from './page-writer.js';
import { configuration, modelsOf } from './pulled-models.js';
import { readPlanOf } from './read-plan.js';

export interface PulledRun {
  readonly outcome: RunOutcome;
  readonly progress: Progress;
}

/** Pulls what a started run asks for, model by model and page by page. */
@Injectable()
export class PullRun {
  constructor(
    private readonly connectors: ConnectorRegistry,
    private readonly secrets: Secrets,
    private readonly pages: PageWriter,
  ) {}

  /**
   * Answers how the run ended. Throws RunLost when another worker has taken it, AbortRequested when somebody
   * asked it to stop, and whatever the database throws: none of these is an outcome of the source.
   */
  async execute(inHand: RunInHand, signal: AbortSignal): Promise<PulledRun> {
    const { started } = inHand;
    let position: Position = { checkpoint: started.checkpoint, progress: started.run.progress };
    try {
      const connector = this.connectorOf(started);
      const connection = this.connectionOf(inHand);
      for (const model of modelsOf(started, connector)) {
        if (position.checkpoint.done.includes(model.name)) continue;
        for await (const reached of this.pullModel({ inHand, connector, connection, model, position }, signal))
          position = reached;
        position = finishedModel(position, model.name);
      }
    } catch (error) {
      // A request cut short by a stop is no fault of the source.
      if (error instanceof SourceError && !signal.aborted)
        return { outcome: { kind: 'failed', failure: error.failure }, progress: position.progress };
      throw error;
    }
    return { outcome: { kind: 'synced', records: written(position.progress) }, progress: position.progress };
  }

  /** The position after each page that was kept. */
  private async *pullModel(pull: ModelPull, signal: AbortSignal): AsyncGenerator<Position> {
    const { inHand, connector, connection, model } = pull;
    let { position } = pull;
    const plan = readPlanOf(inHand.started, model);
    const checkpoint = position.checkpoint.model === model.name ? position.checkpoint.at : undefined;
    const pages = connector.pull({ connection, model: model.name, ...plan, checkpoint }, signal);
    for await (const page of pages) {
      signal.throwIfAborted();
      position = await this.pages.save(inHand, { model: model.name, plan, page, position });
      yield position;
    }
  }

  private connectorOf({ connection }: StartedRun): PullConnector {
    const connector = this.connectors.find(connection.platform);
    if (connection.state !== 'linked') throw notLinked(connection.state);
    if (!connector) throw configuration(`Platform ${connection.platform} is not installed.`);
    if (!(connector instanceof PullConnector))
      throw configuration(`Platform ${connection.platform} is not pulled from.`);
    return connector;
  }

  private connectionOf({ clientId, started: { run, connection } }: RunInHand): ConnectorConnection {
    const { credentials } = connection;
    const owner = { clientId, id: run.connectionId, purpose: 'connection.credentials' } as const;
    return {
      clientId,
      connectionId: run.connectionId,
      settings: connection.settings,
      credentials: credentials ? (JSON.parse(this.secrets.open(owner, credentials)) as Record<string, unknown>) : {},
      variables: {},
    };
  }
}

interface ModelPull {
  readonly inHand: RunInHand;
  readonly connector: PullConnector;
  readonly connection: ConnectorConnection;
  readonly model: ModelDescription;
  readonly position: Position;
}

function finishedModel({ checkpoint, progress }: Position, model: string): Position {
  const done = checkpoint.done.includes(model) ? checkpoint.done : [...checkpoint.done, model];
  return { checkpoint: { done }, progress: { [model]: nothingYet, ...progress } };
}

const written = (progress: Progress): number =>
  Object.values(progress).reduce((sum, model) => sum + model.created + model.updated, 0);

function notLinked(state: string): SourceError {
  const message = `The connection is ${state}: link it again, then enable the sync.`;
  return new SourceError({ code: 'connection_unlinked', class: 'auth', message, details: [message] });
}
