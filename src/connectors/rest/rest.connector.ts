import { Injectable } from '@nestjs/common';
import { SourceError } from '../../domain/run/source-error.js';
import { SECOND } from '../../domain/time/instant.js';
import { Outbound } from '../../platform/outbound/outbound.js';
import {
  type ConnectionProblem,
  type ConnectorConnection,
  type ModelDescription,
  PullConnector,
  type PullRequest,
  type RecordPage,
} from '../../ports/connector.js';
import { Paces } from '../http/paces.js';
import { SourceHttp } from '../http/source-http.js';
import { AccessTokens } from '../oauth/access-tokens.js';
import { pullPages } from '../pull-loop.js';
import { sourceFailure } from '../source-failure.js';
import { RestAccess, type AccessSupplies } from './rest-access.js';
import { pageQuery } from './rest-pagination.js';
import { credentialProblems, needsCredentials, settingsProblems } from './rest-problems.js';
import { RestReader } from './rest-reader.js';
import { RestSource } from './rest-request.js';
import { restCredentialsSchema, restSettingsSchema } from './rest-settings.schema.js';
import { isIncremental, type RestModel, type RestSettings } from './rest-settings.js';

/** Whoever tries a connection would rather hear of a long pause than wait for its end. */
const TEST_PATIENCE = 5 * SECOND;

type Settings = ConnectorConnection['settings'];

/** Any ordinary JSON API over HTTP, described in the settings of the connection: no code needed. */
@Injectable()
export class RestConnector extends PullConnector {
  override readonly platform: string = 'rest';
  override readonly name: string = 'JSON over HTTP';
  override readonly description: string = 'Any ordinary JSON API, described in settings.';
  override readonly modelsInSettings: boolean = true;
  override readonly credentialsRequired: boolean = false;
  override readonly settingsSchema = restSettingsSchema;
  override readonly credentialsSchema = restCredentialsSchema;

  private readonly paces = new Paces();
  private readonly tokens: AccessTokens;

  constructor(
    protected readonly outbound: Outbound,
    private readonly http: SourceHttp,
  ) {
    super();
    this.tokens = new AccessTokens(http);
  }

  override validate(settings: unknown, credentials: unknown): readonly ConnectionProblem[] {
    const problems = settingsProblems(settings, this.outbound);
    if (credentials === undefined || credentials === null) return problems;
    // Wrong settings do not say which credentials they need.
    return problems.length > 0
      ? problems
      : credentialProblems(this.restSettings(settings as Settings).auth, credentials);
  }

  override needsCredentials(settings: Settings): boolean {
    return needsCredentials(this.restSettings(settings).auth);
  }

  override sourceHost(settings: Settings): string {
    return new URL(this.restSettings(settings).baseUrl).hostname;
  }

  override models(settings: Settings): readonly ModelDescription[] {
    return Object.entries(this.restSettings(settings).models ?? {}).map(([name, model]) => describe(name, model));
  }

  override async test(connection: ConnectorConnection, signal: AbortSignal): Promise<void> {
    const [model] = Object.values(this.restSettings(connection.settings).models ?? {});
    const access = this.access(connection, { patience: TEST_PATIENCE });
    if (model === undefined) return this.reach(access, signal);
    const { source } = access;
    const query = { ...source.variables.query(model.query), ...pageQuery({ ...model, pageSize: 1 }, undefined) };
    await access.get(source.urlOf(model.path, query), signal);
  }

  override pull(request: PullRequest, signal: AbortSignal): AsyncIterable<RecordPage> {
    const { models = {} } = this.restSettings(request.connection.settings);
    const model = Object.hasOwn(models, request.model) ? models[request.model] : undefined;
    if (model === undefined) {
      throw sourceFailure('model_unsupported', `The settings of the connection have no model “${request.model}”.`);
    }
    const access = this.access(request.connection, { notice: request.notice });
    return pullPages(new RestReader(access, model), request, signal);
  }

  /** The settings as this connector reads them; they were validated when they were stored. */
  protected restSettings(settings: Settings): RestSettings {
    return settings as unknown as RestSettings;
  }

  private access(connection: ConnectorConnection, manner: Pick<AccessSupplies, 'notice' | 'patience'>): RestAccess {
    const { http, tokens } = this;
    const { connectionId } = connection;
    const settings = this.restSettings(connection.settings);
    const pace = this.paces.of(connection, settings.rateLimit ?? {});
    return new RestAccess(new RestSource(settings, connection), { connectionId, http, tokens, pace, ...manner });
  }

  /** Nothing need be listed at the base URL itself; that the source answers and does not turn us away is enough. */
  private async reach(access: RestAccess, signal: AbortSignal): Promise<void> {
    try {
      await access.get(access.source.urlOf('', {}), signal);
    } catch (error) {
      if (!(error instanceof SourceError) || error.failure.code !== 'configuration_invalid') throw error;
    }
  }
}

function describe(name: string, model: RestModel): ModelDescription {
  const { pagination = { type: 'none' } } = model;
  const total = pagination.type !== 'none' && (pagination.totalPath ?? pagination.totalHeader) !== undefined;
  return {
    name,
    capabilities: {
      sort: model.sort !== undefined,
      page: pagination.type !== 'none',
      filter: model.filter !== undefined && model.updatedAtField !== undefined,
      incremental: isIncremental(model),
      total,
      updatedAt: model.updatedAtField !== undefined,
      createdAt: model.createdAtField !== undefined,
      announcesChanges: model.announcesChanges ?? false,
    },
  };
}
