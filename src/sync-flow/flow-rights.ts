import type { FlowScope, FlowSession } from '../ports/flow-sessions.js';
import { scopeMissing, sessionReadOnly } from './flow-problems.js';

/** Where a route says what it asks of a session. */
export const FLOW_RIGHTS = 'meridian:flow-rights';

export interface FlowRights {
  readonly scopes: readonly FlowScope[];
  /** Whether one of them is enough, or all are needed. */
  readonly needs: 'one' | 'all';
  /** Whether the route changes anything. */
  readonly changes: boolean;
}

export const allows = ({ scopes }: FlowSession, scope: FlowScope): boolean => scopes.includes(scope);

/** Throws 403 insufficient_scope or session_read_only. */
export function requireRights(session: FlowSession, { scopes, needs, changes }: FlowRights): void {
  const missing = scopes.filter((scope) => !allows(session, scope));
  const [first] = missing;
  const isEnough = needs === 'one' ? missing.length < scopes.length : missing.length === 0;
  if (first !== undefined && !isEnough) throw scopeMissing(first);
  if (changes && session.readOnly) throw sessionReadOnly();
}
