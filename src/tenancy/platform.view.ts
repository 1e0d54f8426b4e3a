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

/** A model with what its source can do with it. */
export const modelView = ({ name, capabilities }: ModelDescription) => {
  const { sort, page, filter, total, updatedAt, createdAt, announcesChanges } = capabilities;
  return { model: name, capabilities: { sort, page, filter, total, updatedAt, createdAt, announcesChanges } };
};
