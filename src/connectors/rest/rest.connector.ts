import { Injectable } from '@nestjs/common';
import { SourceError } from '../../domain/run/source-error.js';
import { Outbound } from '../../platform/outbound/outbound.js';
import {
  type ConnectionProblem,
  type ConnectorConnection,
  type ModelDescription,
  PullConnector,
  type PullRequest,
  type RecordPage,
} from '../../ports/connector.js';
import { pullPages } from '../pull-loop.js';
import { sourceFailure } from '../source-failure.js';
import { SourceHttp } from '../source-http.js';
import { pageQuery } from './rest-pagination.js';
import { credentialProblems, needsCredentials, settingsProblems } from './rest-problems.js';
import { RestReader } from './rest-reader.js';
import { RestSource } from './rest-request.js';
import { restCredentialsSchema, restSettingsSchema } from './rest-settings.schema.js';
import { isIncremental, type RestModel, type RestSettings } from './rest-settings.js';

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

  constructor(
    protected readonly outbound: Outbound,
    private readonly http: SourceHttp,
  ) {
    super();
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

  override models(settings: Settings): readonly ModelDescription[] {
    return Object.entries(this.restSettings(settings).models ?? {}).map(([name, model]) => describe(name, model));
  }

  override async test(connection: ConnectorConnection, signal: AbortSignal): Promise<void> {
    const [model] = Object.values(this.restSettings(connection.settings).models ?? {});
    const source = this.source(connection);
    if (model === undefined) return this.reach(source, signal);
    const url = source.urlOf(model.path, { ...model.query, ...pageQuery({ ...model, pageSize: 1 }, undefined) });
    await this.http.get(source.request(url, signal));
  }

  override pull(request: PullRequest, signal: AbortSignal): AsyncIterable<RecordPage> {
    const { models = {} } = this.restSettings(request.connection.settings);
    const model = Object.hasOwn(models, request.model) ? models[request.model] : undefined;
    if (model === undefined) {
      throw sourceFailure('model_unsupported', `The settings of the connection have no model “${request.model}”.`);
    }
    return pullPages(new RestReader(this.http, this.source(request.connection), model), request, signal);
  }

  /** The settings as this connector reads them; they were validated when they were stored. */
  protected restSettings(settings: Settings): RestSettings {
    return settings as unknown as RestSettings;
  }

  private source({ settings, credentials }: ConnectorConnection): RestSource {
    return new RestSource(this.restSettings(settings), credentials);
  }

  /** Nothing need be listed at the base URL itself; that the source answers and does not turn us away is enough. */
  private async reach(source: RestSource, signal: AbortSignal): Promise<void> {
    try {
      await this.http.get(source.request(source.urlOf('', {}), signal));
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
      announcesChanges: false,
    },
  };
}
