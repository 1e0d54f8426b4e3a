import type { Connector } from '../ports/connector.js';
import type { Connection } from '../ports/tenancy.js';
import type { Json } from './connection.body.js';

export type StateNow = Pick<Connection, 'state' | 'stateReason'>;

const LINKED: StateNow = { state: 'linked', stateReason: undefined };
const PENDING: StateNow = { state: 'pendingAuth', stateReason: 'It waits for credentials.' };
export const UNLINKED: StateNow = { state: 'unlinked', stateReason: 'It was unlinked through the API.' };

/** Linked where a connection has what its platform asks for; otherwise it waits. */
export const stateWith = (connector: Connector, settings: Json, credentials: Json | undefined): StateNow =>
  credentials !== undefined || !connector.needsCredentials(settings) ? LINKED : PENDING;

/**
 * The state after new settings. What was taken off, by the client or by the source, stays off: only new
 * credentials link it again.
 */
export function stateAfterSettings(current: Connection, wouldBe: StateNow): StateNow {
  const isOff = current.state === 'unlinked' || current.state === 'deauthorized';
  return isOff ? { state: current.state, stateReason: current.stateReason } : wouldBe;
}
