/** A run that a merchant asks for on the set-up page. */
export interface LatestRunRequest {
  readonly clientId: string;
  readonly syncId: string;
  /** The session it is asked in, for the run's `requestedBy`. */
  readonly sessionId: string;
}

/** Asks for runs on behalf of rooms that do not make them. */
export abstract class RunRequests {
  /** Everything since the last success. Throws 404 and 409 as `POST /v1/syncs/{syncId}/runs` does. */
  abstract latest(request: LatestRunRequest): Promise<void>;
}
