import type { Session } from '../session.js';

/** Settles what is pending at an endpoint that nothing is sent to any more; answers how many. */
export function failPending(session: Session, endpointId: string): Promise<number> {
  return session.touched(
    `update webhook_delivery set state = 'failed', next_attempt_at = null
      where client_id = $1 and endpoint_id = $2 and state = 'pending'`,
    [session.clientId, endpointId],
  );
}
