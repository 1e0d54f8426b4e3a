import { pointerTo, shown, validationFailed, type Problem } from '../../domain/problem.js';
import type { ConnectorRegistry } from '../../ports/connector.js';
import { DelegatingConnector } from '../../ports/delegating-connector.js';
import type { HandlerRun } from '../../ports/handler-runs.js';
import type { CountsByModel } from './read-counts.js';

type Execution = Pick<HandlerRun, 'platform' | 'settings'>;

/** The connector of a run that is executed outside. */
export function executorOf(
  connectors: ConnectorRegistry,
  { platform }: Pick<Execution, 'platform'>,
): DelegatingConnector {
  const connector = connectors.find(platform);
  if (connector instanceof DelegatingConnector) return connector;
  throw new Error(`Platform ${platform} executes no runs outside.`);
}

/** A problem for each model reported that the connection does not declare, if it declares any. */
export function unknownModelsIn(
  executor: DelegatingConnector,
  { settings }: Pick<Execution, 'settings'>,
  reported: CountsByModel,
): readonly Problem[] {
  const known = executor.models(settings).map(({ name }) => name);
  if (known.length === 0) return [];
  return Object.keys(reported)
    .filter((model) => !known.includes(model))
    .map((model) => ({
      pointer: pointerTo('models', model),
      code: 'unknown_reference',
      message: `The connection has no model ${shown(model)}; it has ${known.join(', ')}.`,
    }));
}

/** Throws 422 for models that the connection does not have. */
export function requireKnownModels(executor: DelegatingConnector, held: Execution, reported: CountsByModel): void {
  const problems = unknownModelsIn(executor, held, reported);
  if (problems.length > 0) throw validationFailed(problems);
}
