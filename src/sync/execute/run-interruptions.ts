/** Another worker has taken the run, or it was deleted; what this one still holds is void. */
export class RunLost extends Error {
  constructor(readonly runId: string) {
    super(`Run ${runId} was taken over by another worker, or deleted.`);
    this.name = 'RunLost';
  }
}

/** Somebody asked the run to stop. */
export class AbortRequested extends Error {
  constructor(readonly runId: string) {
    super(`Run ${runId} was asked to stop.`);
    this.name = 'AbortRequested';
  }
}

/** The connection was unlinked under the run; what has been kept so far stays. */
export class ConnectionUnlinked extends Error {
  constructor(readonly runId: string) {
    super(`The connection of run ${runId} was unlinked.`);
    this.name = 'ConnectionUnlinked';
  }
}
