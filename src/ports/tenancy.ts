import type { Frequency } from '../domain/schedule/frequency.js';
import type { Instant } from '../domain/time/instant.js';
import type { QuietHours } from '../domain/load/quiet-hours.js';
import type { CatchUp } from '../domain/chain/sync-period.js';
import type { SyncHour } from '../domain/time/zoned-time.js';
import type { Page, PageRequest } from './page.js';
import type { SealedSecret } from './secrets.js';

/** What a client may set for itself. */
export interface ClientSettings {
  readonly name: string;
  /** Absent: the system's default, 0. */
  readonly defaultSyncHour?: SyncHour;
  readonly frequencyOptions: readonly Frequency[];
  readonly catchUp: CatchUp;
  /** Failures on this many due dates in a row disable a sync. */
  readonly disableAfterFailures: number;
  /** ISO 8601 duration; absent: any start date will do. */
  readonly maxBackfill?: string;
  readonly quietHours?: QuietHours;
  /** Origins (scheme, host, port) of the pages that may show the Sync Flow. */
  readonly allowedOrigins: readonly string[];
  /** Addresses the Sync Flow may return to. */
  readonly redirectUrls: readonly string[];
  readonly branding: Readonly<Record<string, unknown>>;
}

/** A tenant: the SaaS that uses Meridian. */
export interface Client extends ClientSettings {
  readonly id: string;
  /** Its share compared with others, from 1 to 100. Set by the operator, as the limit is. */
  readonly weight: number;
  /** Most runs at the same time; absent: any number. */
  readonly maxConcurrentRuns?: number;
  /** Raised by every edit. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type ApiKeyMode = 'live' | 'test';
export type ApiKeyScope = 'read' | 'write';

/** An API key without its secret, of which only the hash is stored. */
export interface ApiKey {
  readonly clientId: string;
  readonly id: string;
  readonly name?: string;
  readonly mode: ApiKeyMode;
  readonly scopes: readonly ApiKeyScope[];
  /** The last four characters. */
  readonly hint: string;
  readonly expiresAt?: Instant;
  readonly revokedAt?: Instant;
  /** To the minute. */
  readonly lastUsedAt?: Instant;
  readonly createdAt: Instant;
}

/** A merchant of the client. */
export interface Company {
  readonly id: string;
  readonly name: string;
  /** The client's own name for it. */
  readonly reference?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type ConnectionState = 'pendingAuth' | 'linked' | 'unlinked' | 'deauthorized';

/** One installation of a platform for a company. */
export interface Connection {
  readonly id: string;
  readonly companyId: string;
  readonly platform: string;
  readonly name: string;
  /** The client's own id for it, unique among its connections of one platform. */
  readonly externalId?: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials?: SealedSecret;
  /** Most runs over it at the same time; absent: any number. */
  readonly maxConcurrentRuns?: number;
  /** Name of the host that its runs ask, as its settings tell it. */
  readonly sourceHost?: string;
  readonly state: ConnectionState;
  /** Why it is not linked, in a sentence. */
  readonly stateReason?: string;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface ConnectionFilter {
  readonly companyId?: string;
  readonly platform?: string;
  readonly state?: ConnectionState;
}

/** The client itself, as it sees itself. */
export abstract class ClientStore {
  abstract get(): Promise<Client>;
  /** As get, and nobody else changes the client until the transaction ends. */
  abstract lock(): Promise<Client>;
  /** Writes every setting and the version as given. */
  abstract save(client: Client): Promise<void>;
}

export abstract class CompanyStore {
  abstract find(companyId: string): Promise<Company | undefined>;
  /** As find, and nobody deletes the company until the transaction ends. */
  abstract keep(companyId: string): Promise<Company | undefined>;
  /** As find, and nobody else changes the company until the transaction ends. */
  abstract lock(companyId: string): Promise<Company | undefined>;
  /** Oldest first. */
  abstract list(filter: { readonly reference?: string }, page: PageRequest): Promise<Page<Company>>;
  abstract insert(company: Company): Promise<void>;
  /** Writes what can be edited, and the version as given. */
  abstract save(company: Company): Promise<void>;
  /** With its connections, syncs, periods, runs, records, sessions and messages; false when there is none. */
  abstract delete(companyId: string): Promise<boolean>;
}

export abstract class ConnectionStore {
  abstract find(connectionId: string): Promise<Connection | undefined>;
  /** As find, and nobody else changes the connection until the transaction ends. */
  abstract lock(connectionId: string): Promise<Connection | undefined>;
  /** Oldest first. */
  abstract list(filter: ConnectionFilter, page: PageRequest): Promise<Page<Connection>>;
  /** Throws 409 external_id_taken when the client has another connection of the platform with this external id. */
  abstract insert(connection: Connection): Promise<void>;
  /** Writes what can be edited, and the version as given. Throws as insert does. */
  abstract save(connection: Connection): Promise<void>;
  /** With its syncs, periods, runs, records and sessions; false when there is none. */
  abstract delete(connectionId: string): Promise<boolean>;
}

/** Clients, for the operator. */
export abstract class OperatorClientStore {
  abstract find(clientId: string): Promise<Client | undefined>;
  /** Oldest first. */
  abstract list(page: PageRequest): Promise<Page<Client>>;
  abstract insert(client: Client): Promise<void>;
  /** As find, and nobody else changes the client until the transaction ends. */
  abstract lock(clientId: string): Promise<Client | undefined>;
  /** Writes every setting and the version as given. */
  abstract save(client: Client): Promise<void>;
}

/** API keys, for the operator and for the guard, which does not know the client yet. */
export abstract class ApiKeyStore {
  /** By the SHA-256 of the whole key. */
  abstract findByHash(hash: Buffer): Promise<ApiKey | undefined>;
  /** Newest first. */
  abstract list(clientId: string, page: PageRequest): Promise<Page<ApiKey>>;
  abstract insert(key: ApiKey, hash: Buffer): Promise<void>;
  /** Sets the instant once; false when the client has no such key. */
  abstract revoke(clientId: string, keyId: string, now: Instant): Promise<boolean>;
  /** Notes that the key was used, unless that was noted less than a minute ago. */
  abstract noteUse(key: ApiKey, now: Instant): Promise<void>;
}
