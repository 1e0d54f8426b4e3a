import type { LogLevel } from '../domain/run/log-level.js';
import type { RecordFilter } from '../domain/run/record-filter.js';
import type { Instant } from '../domain/time/instant.js';

/** A record as a source gave it, with the fields Meridian orders and compares by. */
export interface SourceRecord {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly updatedAt?: Instant;
  readonly createdAt?: Instant;
}

/** What a connector can do with one model; decides between incremental and audit mode. */
export interface ModelCapabilities {
  /** The source sorts by its change token, ascending. */
  readonly sort: boolean;
  /** It answers in pages. */
  readonly page: boolean;
  /** It filters by the change token. */
  readonly filter: boolean;
  /** All three: changes can be read alone. */
  readonly incremental: boolean;
  /** The source tells a total, so that progress has a fraction. */
  readonly total: boolean;
  /** Records tell when they were updated, and when created: what a run can filter them by. */
  readonly updatedAt: boolean;
  readonly createdAt: boolean;
  /** The source announces changes by itself, as by webhook; a model without is a sync-only one. */
  readonly announcesChanges: boolean;
}

export interface ModelDescription {
  readonly name: string;
  readonly capabilities: ModelCapabilities;
}

/** A connection as a connector needs it: settings checked against its schema, credentials in the clear. */
export interface ConnectorConnection {
  readonly clientId: string;
  readonly connectionId: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
  /** The connection's variables by name. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Where a pull goes on after a page: opaque to everyone but the connector, small, and JSON. */
export type Checkpoint = Readonly<Record<string, unknown>>;

export interface PullRequest {
  readonly connection: ConnectorConnection;
  readonly model: string;
  readonly mode: 'incremental' | 'audit' | 'full';
  /**
   * Source data changed in `[start, finish)`, any lookback included; absent in a full read, and without a finish
   * where everything up to the end of the listing is wanted. Where the model cannot be read incrementally it is
   * read whole, whatever the mode.
   */
  readonly window?: { readonly start: Instant; readonly finish?: Instant };
  /** What the engine keeps of what is read; a connector may read less for it, and need not. */
  readonly filter?: RecordFilter;
  /** Where an earlier attempt got to; absent at the beginning. */
  readonly checkpoint?: Checkpoint;
  /** Told of what is no failure yet, such as a wait or a request tried again: one sentence, for the run's log. */
  readonly notice?: Notice;
}

/** Takes a sentence for the log of a run. */
export type Notice = (level: LogLevel, message: string) => void;

export interface RecordPage {
  readonly records: readonly SourceRecord[];
  /** Resumes after this page; absent on the last. */
  readonly checkpoint?: Checkpoint;
  /** How many records there will be in all, when the source tells. */
  readonly total?: number;
}

/** JSON Schema (2020-12) of settings or credentials, shown by `GET /v1/platforms`. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ConnectionProblem {
  /** JSON pointer into the request body, e.g. `/settings/baseUrl`. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** One kind of source. Throws `SourceError` only. */
export abstract class Connector {
  abstract readonly platform: string;
  abstract readonly name: string;
  abstract readonly description: string;
  /** Whether each connection's settings declare its models; otherwise `models({})` tells them all. */
  abstract readonly modelsInSettings: boolean;
  /** Whether every connection needs credentials, whatever its settings. */
  abstract readonly credentialsRequired: boolean;
  abstract readonly settingsSchema: JsonSchema;
  abstract readonly credentialsSchema: JsonSchema;
  /**
   * Every problem of the settings and credentials, or none. Undefined or null credentials are not given yet
   * and have no problems; whether some are needed tells `needsCredentials`.
   */
  abstract validate(settings: unknown, credentials: unknown): readonly ConnectionProblem[];
  /** Whether a connection with these valid settings waits for credentials. */
  abstract needsCredentials(settings: Readonly<Record<string, unknown>>): boolean;
  abstract models(settings: Readonly<Record<string, unknown>>): readonly ModelDescription[];
  /** Name of the host that runs with these valid settings ask, as a URL writes it; undefined where they ask none. */
  sourceHost(_settings: Readonly<Record<string, unknown>>): string | undefined {
    return undefined;
  }
  /** One cheap request that shows whether the source answers and the credentials are accepted. */
  abstract test(connection: ConnectorConnection, signal: AbortSignal): Promise<void>;
}

/** The code that pulls from one kind of source. */
export abstract class PullConnector extends Connector {
  /** Stops with the signal's own reason once it aborts. */
  abstract pull(request: PullRequest, signal: AbortSignal): AsyncIterable<RecordPage>;
}

/** The connectors of this installation by platform. */
export abstract class ConnectorRegistry {
  abstract list(): readonly Connector[];
  abstract find(platform: string): Connector | undefined;
}
