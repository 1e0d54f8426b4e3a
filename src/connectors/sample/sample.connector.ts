import { Injectable } from '@nestjs/common';
import type { ConnectionProblem, ConnectorConnection, JsonSchema } from '../../ports/connector.js';
import { RestConnector } from '../rest/rest.connector.js';
import type { RestSettings } from '../rest/rest-settings.js';
import { credentialProblems, urlProblems } from '../rest/rest-problems.js';
import { SchemaCheck } from '../schema-problems.js';
import { sampleModels } from './sample-models.js';

const settingsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { baseUrl: { type: 'string', maxLength: 2000, description: 'Where the shop is.' } },
  required: ['baseUrl'],
  additionalProperties: false,
};

const credentialsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { token: { type: 'string', minLength: 1, maxLength: 8000 } },
  required: ['token'],
  additionalProperties: false,
};

const settingsCheck = new SchemaCheck(settingsSchema);

/** The small shop that Meridian can run beside itself: a `rest` source whose description is known. */
@Injectable()
export class SampleConnector extends RestConnector {
  override readonly platform = 'sample';
  override readonly name = 'Sample shop';
  override readonly description = 'A small shop to try Meridian with: orders, products, customers and payments.';
  override readonly modelsInSettings = false;
  override readonly credentialsRequired = true;
  override readonly settingsSchema = settingsSchema;
  override readonly credentialsSchema = credentialsSchema;

  override validate(settings: unknown, credentials: unknown): readonly ConnectionProblem[] {
    const { baseUrl } = Object(settings) as { readonly baseUrl?: unknown };
    const problems = [
      ...settingsCheck.problems('/settings', settings),
      ...(typeof baseUrl === 'string' ? urlProblems(baseUrl, '/settings/baseUrl', this.outbound) : []),
    ];
    if (credentials === undefined || credentials === null) return problems;
    return [...problems, ...credentialProblems({ type: 'bearer' }, credentials)];
  }

  protected override restSettings({ baseUrl }: ConnectorConnection['settings']): RestSettings {
    return { baseUrl: String(baseUrl), auth: { type: 'bearer' }, models: sampleModels };
  }
}
