import { conflict, type DomainError } from '../../domain/problem.js';

/** Whoever asks has lost the run, or never had it: which of both is not told. */
export const superseded = (runId: string): DomainError =>
  conflict('run_superseded', `Run ${runId} is not this token's, or no longer: stop working on it.`);
