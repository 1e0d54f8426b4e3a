import type { RecordFilter } from '../domain/run/record-filter.js';
import type { EventCompany } from '../domain/run/sync-event.js';
import type { Instant } from '../domain/time/instant.js';
import {
  Connector,
  type Checkpoint,
  type ConnectorConnection,
  type ModelCapabilities,
  type PullRequest,
} from './connector.js';
import type { Ownership, Progress, Run, RunRange } from './runs.js';

/** How long the code that executes a run may take, in milliseconds. */
export interface Patience {
  /** Without a heartbeat. */
  readonly silence: number;
  /** In all, however many heartbeats there are. */
  readonly duration: number;
}

/** A run in other hands: what its executor knows it by. */
export interface HandedRun extends Ownership {
  readonly connection: ConnectorConnection;
  readonly syncId: string;
}

/** A run to hand over, with all it takes to execute it. */
export interface Assignment extends HandedRun {
  readonly company: EventCompany;
  readonly trigger: Run['trigger'];
  readonly attempt: number;
  readonly range: RunRange;
  /** What to read where that is not the range. */
  readonly readRange?: RunRange;
  readonly mode: PullRequest['mode'];
  /** Empty where the connection does not declare its models: all there are. */
  readonly models: readonly string[];
  readonly filter: RecordFilter;
  readonly force: boolean;
  /** Where an earlier attempt got to, and what it had counted by then. */
  readonly checkpoint?: Checkpoint;
  readonly progress: Progress;
  readonly deadline: Instant;
}

/** What became of handing a run over. */
export type Handover =
  /** It is executed elsewhere and reported later. */
  | { readonly kind: 'accepted' }
  /** It is done. The report is as it came: nobody has looked at it yet. */
  | { readonly kind: 'done'; readonly report: unknown };

/** Code that is not Meridian's and executes runs itself. */
export abstract class DelegatingConnector extends Connector {
  /** Of models that the connection does not declare. */
  abstract readonly capabilities: ModelCapabilities;
  abstract patience(settings: Readonly<Record<string, unknown>>): Patience;
  /** Hands a run over, once. Throws SourceError where it is not taken, or the signal's reason once it aborts. */
  abstract start(assignment: Assignment, signal: AbortSignal): Promise<Handover>;
  /** Tells that a run was taken back. Throws SourceError where that could not be told. */
  abstract abort(handed: HandedRun, signal: AbortSignal): Promise<void>;
}
