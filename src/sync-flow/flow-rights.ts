import type { FlowScope, FlowSession } from '../ports/flow-sessions.js';
import { scopeMissing, sessionReadOnly } from './flow-problems.js';

/** Where a route says what it asks of a session. */
export const FLOW_RIGHTS = 'meridian:flow-rights';

export interface FlowRights {
  /** One of them is enough. */
  readonly scopes: readonly FlowScope[];
  /** Whether the route changes anything. */
  readonly changes: boolean;
}

/** Throws 403 insufficient_scope or session_read_only. */
export function requireRights(session: FlowSession, { scopes, changes }: FlowRights): void {
  const [first] = scopes;
  if (first !== undefined && !scopes.some((scope) => session.scopes.includes(scope))) throw scopeMissing(first);
  if (changes && session.readOnly) throw sessionReadOnly();
}
