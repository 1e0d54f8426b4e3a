import type { Instant } from '../domain/time/instant.js';
import type { Ownership, StartedRun } from './runs.js';

/** A run that a worker takes under a new token. */
export interface RunToStart extends Ownership {
  readonly clientId: string;
}

/** A run that was taken; how its connection is set is still to be read. */
export interface TakenRun extends RunToStart {
  readonly started: StartedRun;
}

/** What a connector needs of a connection. */
export type ConnectionSettings = Pick<StartedRun['connection'], 'settings' | 'credentials' | 'variables'>;

/** Runs of all clients, as those who take many at once need them. */
export abstract class RunStartStore {
  /** Takes runs, from whoever held them; those that are finished or gone are left out. */
  abstract start(runs: readonly RunToStart[], now: Instant): Promise<readonly TakenRun[]>;
}

/** Connections of many clients, each seen as its client sees it: no role sees those of all. */
export abstract class RunConnectionStore {
  /** By connection id; those that are gone are left out. */
  abstract settingsOf(runs: readonly TakenRun[]): Promise<ReadonlyMap<string, ConnectionSettings>>;
}
