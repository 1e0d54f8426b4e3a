import type { RunFailure } from './settlement.js';

/** Why a pull stopped, classified so that the settlement knows whether and when to try again. */
export class SourceError extends Error {
  constructor(
    readonly failure: RunFailure,
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
    this.name = 'SourceError';
  }
}
