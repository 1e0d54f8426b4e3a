import { pointerTo, shown, type Problem } from '../domain/problem.js';
import type { ConnectorRegistry } from '../ports/connector.js';
import type { Connection } from '../ports/tenancy.js';
import { SYNC_ONLY, type SyncInput } from './sync-body.js';

/** A problem for each model that the connection does not have. */
export function unknownModels(
  connectors: ConnectorRegistry,
  connection: Connection,
  models: SyncInput['models'] = [],
): readonly Problem[] {
  if (models === SYNC_ONLY) return [];
  const known = connectors.find(connection.platform)?.models(connection.settings) ?? [];
  const names = new Set(known.map((model) => model.name));
  return models.flatMap((model, index) => {
    if (names.has(model)) return [];
    const message = `The connection has no model ${shown(model)}; it has ${[...names].join(', ') || 'none'}.`;
    return [{ pointer: pointerTo('models', index), code: 'unknown_reference', message } as const];
  });
}
