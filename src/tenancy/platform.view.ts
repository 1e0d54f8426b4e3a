import type { Connector, ModelDescription } from '../ports/connector.js';

/** An entry of the connector catalogue as the API shows it. */
export const platformView = (connector: Connector) => ({
  platform: connector.platform,
  name: connector.name,
  description: connector.description,
  models: connector.models({}).map(modelView),
  modelsInSettings: connector.modelsInSettings,
  credentialsRequired: connector.credentialsRequired,
  settingsSchema: connector.settingsSchema,
  credentialsSchema: connector.credentialsSchema,
});

const modelView = ({ name, capabilities: { sort, page, filter } }: ModelDescription) => ({
  model: name,
  capabilities: { sort, page, filter },
});
