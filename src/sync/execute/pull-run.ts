import { Injectable } from '@nestjs/common';
import { parseDuration, subtractDuration } from '../../domain/time/duration.js';
import type { RunOutcome } from '../../domain/run/settlement.js';
import { SourceError } from '../../domain/run/source-error.js';
import { parseTimeZone } from '../../domain/time/zoned-time.js';
import { Clock } from '../../ports/clock.js';
import { ConnectorRegistry, type Connector, type ConnectorConnection, type RecordPage } from '../../ports/connector.js';
import { Database } from '../../ports/database.js';
import type { ModelProgress, Ownership, Progress, RunCheckpoint, StartedRun } from '../../ports/runs.js';
import { Secrets } from '../../ports/secrets.js';
import { AbortRequested, RunLost } from './run-interruptions.js';

const nothingYet: ModelProgress = { pages: 0, fetched: 0, created: 0, updated: 0, skipped: 0, deleted: 0 };

/** How far a pull got; what a page adds to it is committed with the page. */
interface Position {
  readonly checkpoint: RunCheckpoint;
  readonly progress: Progress;
}

export interface PulledRun {
  readonly outcome: RunOutcome;
  readonly progress: Progress;
}

/** Pulls what a started run asks for, page by page: records, counts and checkpoint are one transaction. */
@Injectable()
export class PullRun {
  constructor(
    private readonly database: Database,
    private readonly connectors: ConnectorRegistry,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Answers how the run ended. Throws RunLost when another worker has taken it, AbortRequested when somebody
   * asked it to stop, and whatever the database throws: none of these is an outcome of the source.
   */
  async execute(clientId: string, started: StartedRun, owner: Ownership, signal: AbortSignal): Promise<PulledRun> {
    let position: Position = { checkpoint: started.checkpoint, progress: started.run.progress };
    try {
      const connector = this.connectorOf(started);
      const connection = this.connectionOf(clientId, started);
      for (const model of modelsOf(started, connector)) {
        if (position.checkpoint.done.includes(model.name)) continue;
        const mode = modeOf(started, model.capabilities.incremental);
        const pages = connector.pull(
          {
            connection,
            model: model.name,
            mode,
            window: mode === 'incremental' ? windowOf(started) : undefined,
            checkpoint: position.checkpoint.model === model.name ? position.checkpoint.at : undefined,
          },
          signal,
        );
        for await (const page of pages) {
          signal.throwIfAborted();
          position = await this.savePage({ clientId, started, owner, model: model.name, page, position });
        }
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

  private connectorOf({ connection }: StartedRun): Connector {
    const connector = this.connectors.find(connection.platform);
    if (connection.state !== 'linked') throw notLinked(connection.state);
    if (!connector) throw configuration(`Platform ${connection.platform} is not installed.`);
    return connector;
  }

  private connectionOf(clientId: string, { run, connection }: StartedRun): ConnectorConnection {
    const { credentials } = connection;
    const owner = { clientId, id: run.connectionId, purpose: 'connection.credentials' } as const;
    return {
      clientId,
      connectionId: run.connectionId,
      settings: connection.settings,
      credentials: credentials ? (JSON.parse(this.secrets.open(owner, credentials)) as Record<string, unknown>) : {},
    };
  }

  private async savePage(step: {
    readonly clientId: string;
    readonly started: StartedRun;
    readonly owner: Ownership;
    readonly model: string;
    readonly page: RecordPage;
    readonly position: Position;
  }): Promise<Position> {
    const { clientId, started, owner, model, page, position } = step;
    const { run } = started;
    const now = await this.clock.now();
    const checkpoint = page.checkpoint
      ? { done: position.checkpoint.done, model, at: page.checkpoint }
      : { done: [...position.checkpoint.done, model] };
    return this.database.asClient(clientId, async ({ runs, records }) => {
      const counts = await records.save(
        { connectionId: run.connectionId, model, runId: run.id, records: page.records, force: run.force },
        now,
      );
      const progress = {
        ...position.progress,
        [model]: added(position.progress[model] ?? nothingYet, counts, page.total),
      };
      const saved = await runs.saveProgress(owner, checkpoint, progress);
      // Throwing rolls the page back: a worker that lost its run leaves nothing behind.
      if (saved === 'lost') throw new RunLost(run.id);
      if (saved === 'abort_requested') throw new AbortRequested(run.id);
      return { checkpoint, progress };
    });
  }
}

function modelsOf(started: StartedRun, connector: Connector) {
  const available = connector.models(started.connection.settings);
  const wanted = started.run.models ?? started.syncModels;
  if (!wanted || wanted.length === 0) return available;
  return wanted.map((name) => {
    const model = available.find((one) => one.name === name);
    if (!model) throw configuration(`Model ${name} is not one of the connection's models.`);
    return model;
  });
}

/** `auto` takes what the source can do: filtered reading where it can, reading everything where it cannot. */
function modeOf({ run, syncMode }: StartedRun, incremental: boolean): 'incremental' | 'audit' | 'full' {
  const asked = run.mode === 'auto' ? syncMode : run.mode;
  if (asked !== 'auto') return asked === 'incremental' && !incremental ? 'audit' : asked;
  return incremental ? 'incremental' : 'audit';
}

/** The lookback widens what is read, never the period. */
function windowOf({ run, lookback, timeZone }: StartedRun) {
  const { start, finish } = run.range;
  if (start === undefined) return undefined;
  const duration = lookback === undefined ? undefined : parseDuration(lookback);
  const zone = timeZone ?? parseTimeZone('Etc/UTC');
  if (!duration?.ok || !zone) return { start, finish };
  return { start: subtractDuration(start, duration.value, zone), finish };
}

function finishedModel({ checkpoint, progress }: Position, model: string): Position {
  const done = checkpoint.done.includes(model) ? checkpoint.done : [...checkpoint.done, model];
  return { checkpoint: { done }, progress: { [model]: nothingYet, ...progress } };
}

function added(
  before: ModelProgress,
  counts: Pick<ModelProgress, 'fetched' | 'created' | 'updated' | 'skipped'>,
  total: number | undefined,
): ModelProgress {
  return {
    pages: before.pages + 1,
    fetched: before.fetched + counts.fetched,
    created: before.created + counts.created,
    updated: before.updated + counts.updated,
    skipped: before.skipped + counts.skipped,
    deleted: before.deleted,
    total: total ?? before.total,
  };
}

const written = (progress: Progress): number =>
  Object.values(progress).reduce((sum, model) => sum + model.created + model.updated, 0);

const configuration = (message: string): SourceError =>
  new SourceError({ code: 'configuration_invalid', class: 'configuration', message, details: [message] });

function notLinked(state: string): SourceError {
  const message = `The connection is ${state}: link it again, then enable the sync.`;
  return new SourceError({ code: 'connection_unlinked', class: 'auth', message, details: [message] });
}
