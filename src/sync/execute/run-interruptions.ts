/** Another worker has taken the run; what this one still holds is void. */
export class RunLost extends Error {
  constructor(readonly runId: string) {
    super(`Run ${runId} was taken over by another worker.`);
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
