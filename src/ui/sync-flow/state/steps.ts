import type { FlowBootstrap } from '../api/contract.js';
import type { Screen } from './flow-state.js';
import { isExpress, mayEdit } from './rights.js';

/** The screens that lead to a save, in their order. */
export function screensOf(bootstrap: FlowBootstrap): readonly Screen[] {
  if (!mayEdit(bootstrap)) return ['review'];
  return isExpress(bootstrap) ? ['choose'] : ['choose', 'when', 'review'];
}
