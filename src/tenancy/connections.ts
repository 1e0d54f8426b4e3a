import { Injectable } from '@nestjs/common';
import { isId } from '../domain/id.js';
import type { Instant } from '../domain/time/instant.js';
import { found, notFound } from '../domain/problem.js';
import { requireVersion } from '../platform/etag.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { ConnectorRegistry } from '../ports/connector.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { Connection, ConnectionFilter } from '../ports/tenancy.js';
import { announceUnlinked } from './announce-unlinked.js';
import { changed } from './changed.js';
import { ConnectionCredentials } from './connection-credentials.js';
import { connectorOf, requireValid } from './connection-problems.js';
import { stateAfterSettings, stateWith, UNLINKED } from './connection-state.js';
import type { CreateConnection, Json, UpdateConnection } from './connection.body.js';
import { install, type Install } from './first-run.js';

/** A connection of a client, and the version its caller expects to edit, if any. */
export interface ConnectionEdit {
  readonly clientId: string;
  readonly connectionId: string;
  readonly expected?: number;
}

/** Whose connection is made, and by which key. */
export interface NewConnection {
  readonly clientId: string;
  readonly keyId: string;
  readonly companyId: string;
}

export interface CreatedConnection {
  readonly connection: Connection;
  /** Its first run, where one was asked for. */
  readonly install?: Install;
}

/** A connection with what is kept for it, by name. */
export interface ConnectionWithVariables {
  readonly connection: Connection;
  readonly variables: Json;
}

/** The installations of platforms, over all companies of a client. */
@Injectable()
export class Connections {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connectors: ConnectorRegistry,
    private readonly credentials: ConnectionCredentials,
  ) {}

  /** Throws 422 for what the connector refuses, 409 external_id_taken, and as install does where that is asked for. */
  async create({ clientId, keyId, companyId }: NewConnection, body: CreateConnection): Promise<CreatedConnection> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      found(await stores.companies.keep(companyId));
      const connection = { ...this.first(clientId, body, now), companyId };
      await stores.connections.insert(connection);
      if (body.syncOnInstall !== true) return { connection };
      return { connection, install: await install(stores, { keyId, connection }, now) };
    });
  }

  async get(clientId: string, connectionId: string): Promise<Connection> {
    return found(await this.database.asClient(clientId, ({ connections }) => connections.find(connectionId)));
  }

  /** Throws 404. */
  async withVariables(clientId: string, connectionId: string): Promise<ConnectionWithVariables> {
    return this.database.asClient(clientId, async ({ connections, variables }) => {
      const connection = found(await connections.find(connectionId));
      const named = (await variables.list(connectionId)).map(({ name, value }) => [name, value] as const);
      return { connection, variables: Object.fromEntries(named) };
    });
  }

  /** A company id that cannot be one matches nothing. */
  async list(clientId: string, filter: ConnectionFilter, page: PageRequest): Promise<Page<Connection>> {
    if (filter.companyId !== undefined && !isId('com', filter.companyId)) return { data: [] };
    return this.database.asClient(clientId, ({ connections }) => connections.list(filter, page));
  }

  listOfCompany(clientId: string, companyId: string, page: PageRequest): Promise<Page<Connection>> {
    return this.database.asClient(clientId, async ({ companies, connections }) => {
      found(await companies.find(companyId));
      return connections.list({ companyId }, page);
    });
  }

  /** Throws 412 where the version expected is no longer current, 422 and 409 as create does. */
  async update({ clientId, connectionId, expected }: ConnectionEdit, body: UpdateConnection): Promise<Connection> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async ({ connections }) => {
      const current = found(await connections.lock(connectionId));
      requireVersion(expected, current.version);
      const updated = { ...this.changed(clientId, current, body), version: current.version + 1, updatedAt: now };
      await connections.save(updated);
      return updated;
    });
  }

  /** Erases the credentials. Unlinking again changes nothing. */
  async unlink(clientId: string, connectionId: string): Promise<Connection> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      const current = found(await stores.connections.lock(connectionId));
      if (current.state === 'unlinked') return current;
      const version = current.version + 1;
      const unlinked = { ...current, ...UNLINKED, credentials: undefined, version, updatedAt: now };
      await stores.connections.save(unlinked);
      await announceUnlinked(stores, clientId, unlinked);
      return unlinked;
    });
  }

  async delete(clientId: string, connectionId: string): Promise<void> {
    const deleted = await this.database.asClient(clientId, ({ connections }) => connections.delete(connectionId));
    if (!deleted) throw notFound();
  }

  private first(clientId: string, body: CreateConnection, now: Instant): Omit<Connection, 'companyId'> {
    const { platform, name, externalId, settings, credentials } = body;
    const connector = connectorOf(this.connectors, platform);
    requireValid(connector, settings, credentials);
    const id = makeId('con', now);
    return {
      id,
      platform,
      name,
      externalId: externalId ?? undefined,
      settings,
      sourceHost: connector.sourceHost(settings),
      maxConcurrentRuns: body.maxConcurrentRuns ?? undefined,
      credentials: this.credentials.seal(clientId, id, credentials),
      ...stateWith(connector, settings, credentials),
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
  }

  private changed(clientId: string, current: Connection, body: UpdateConnection): Connection {
    const named = {
      ...current,
      name: body.name ?? current.name,
      externalId: changed(current.externalId, body.externalId),
      maxConcurrentRuns: changed(current.maxConcurrentRuns, body.maxConcurrentRuns),
    };
    if (body.settings === undefined && body.credentials === undefined) return named;
    const connector = connectorOf(this.connectors, current.platform);
    const settings = body.settings ?? current.settings;
    const credentials = body.credentials ?? this.credentials.open(clientId, current);
    requireValid(connector, settings, credentials);
    const state = stateWith(connector, settings, credentials);
    const read = { ...named, settings, sourceHost: connector.sourceHost(settings) };
    if (body.credentials === undefined) return { ...read, ...stateAfterSettings(current, state) };
    return { ...read, credentials: this.credentials.seal(clientId, current.id, credentials), ...state };
  }
}
