import { SourceError } from '../../domain/run/source-error.js';
import type { Connector, ModelDescription } from '../../ports/connector.js';
import type { Run, StartedRun } from '../../ports/runs.js';

/** The models a run reads, in the order they are read. Throws SourceError for one the connection no longer has. */
export function modelsOf({ run, sync, connection }: StartedRun, connector: Connector): readonly ModelDescription[] {
  const available = connector.models(connection.settings);
  const wanted = run.models ?? (run.syncOnly ? undefined : sync.models);
  if (wanted && wanted.length > 0) return wanted.map((name) => described(available, name));
  return chosenModels(available, { syncOnly: run.syncOnly });
}

/** Those of the models there are that a choice means; what is not there is left out. */
export function chosenModels(
  available: readonly ModelDescription[],
  { models = [], syncOnly }: Pick<Run, 'models' | 'syncOnly'>,
): readonly ModelDescription[] {
  if (models.length > 0) return available.filter(({ name }) => models.includes(name));
  return syncOnly ? available.filter(({ capabilities }) => !capabilities.announcesChanges) : available;
}

function described(available: readonly ModelDescription[], name: string): ModelDescription {
  const model = available.find((one) => one.name === name);
  if (!model) throw configuration(`Model ${name} is not one of the connection's models.`);
  return model;
}

/** A failure that a change of the configuration heals. */
export const configuration = (message: string): SourceError =>
  new SourceError({ code: 'configuration_invalid', class: 'configuration', message, details: [message] });
