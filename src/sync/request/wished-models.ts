import { conflict, pointerTo, validationFailed, type Problem } from '../../domain/problem.js';
import type { RecencyField } from '../../domain/run/record-filter.js';
import type { ConnectorRegistry, ModelDescription } from '../../ports/connector.js';
import type { Connection } from '../../ports/tenancy.js';
import { chosenModels } from '../execute/pulled-models.js';
import type { RunWish } from './run-wish.js';

const TOLD_BY = { updated_at: 'updatedAt', created_at: 'createdAt' } as const satisfies Record<RecencyField, string>;

/**
 * Throws 409 `connection_not_linked`, and 422 for models the connection does not have and filters by what a model
 * does not tell.
 */
export function refuseUnusable(connectors: ConnectorRegistry, connection: Connection | undefined, wish: RunWish): void {
  if (connection?.state !== 'linked')
    throw conflict('connection_not_linked', `The connection is ${connection?.state ?? 'gone'}: link it first.`);
  const available = connectors.find(connection.platform)?.models(connection.settings) ?? [];
  const problems = [...unknownModels(wish, available), ...untoldFields(wish, available)];
  if (problems.length > 0) throw validationFailed(problems);
}

/** The sync's own were checked when they were set; one that the connection has lost since is found by the run. */
function unknownModels({ named }: RunWish, available: readonly ModelDescription[]): readonly Problem[] {
  return named.flatMap((name, index) => {
    if (available.some((model) => model.name === name)) return [];
    const message = `The connection has no model ${name}.`;
    return [{ pointer: pointerTo('models', index), code: 'unknown_reference', message } as const];
  });
}

function untoldFields(wish: RunWish, available: readonly ModelDescription[]): readonly Problem[] {
  const { since, last } = wish.filter;
  const models = chosenModels(available, wish);
  const problems = [
    ...(since ? untold({ member: 'syncSince', by: since.by }, models) : []),
    ...(last ? untold({ member: 'syncLast', by: last.by }, models) : []),
  ];
  // Whoever repeats a run does not give its filter again.
  return wish.rerunOf === undefined ? problems : problems.map(({ code, message }) => ({ pointer: '', code, message }));
}

function untold(
  { member, by }: { readonly member: string; readonly by: RecencyField },
  models: readonly ModelDescription[],
): readonly Problem[] {
  const field = TOLD_BY[by];
  const without = models.filter(({ capabilities }) => !capabilities[field]).map(({ name }) => name);
  if (without.length === 0) return [];
  // Whoever goes by created_at has said so; updated_at may be the default, and then there is no member to point at.
  const pointer = pointerTo(by === 'created_at' ? `${member}By` : member);
  const message = `The source does not tell ${field} of ${without.join(', ')}, so ${member} cannot go by it.`;
  return [{ pointer, code: 'not_applicable', message }];
}
