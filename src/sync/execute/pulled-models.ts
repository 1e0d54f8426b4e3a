import { SourceError } from '../../domain/run/source-error.js';
import type { Connector, ModelDescription } from '../../ports/connector.js';
import type { StartedRun } from '../../ports/runs.js';

/** The models a run reads, in the order they are read. Throws SourceError for one the connection no longer has. */
export function modelsOf({ run, sync, connection }: StartedRun, connector: Connector): readonly ModelDescription[] {
  const available = connector.models(connection.settings);
  const wanted = run.models ?? (run.syncOnly ? undefined : sync.models);
  if (wanted && wanted.length > 0) return wanted.map((name) => described(available, name));
  return run.syncOnly ? available.filter(({ capabilities }) => !capabilities.announcesChanges) : available;
}

function described(available: readonly ModelDescription[], name: string): ModelDescription {
  const model = available.find((one) => one.name === name);
  if (!model) throw configuration(`Model ${name} is not one of the connection's models.`);
  return model;
}

/** A failure that a change of the configuration heals. */
export const configuration = (message: string): SourceError =>
  new SourceError({ code: 'configuration_invalid', class: 'configuration', message, details: [message] });
