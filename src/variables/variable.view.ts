import { toIso, type Instant } from '../domain/time/instant.js';

/** A variable as it is shown; one that is worked out was never written. */
export interface ShownVariable {
  readonly name: string;
  readonly value: unknown;
  readonly updatedAt?: Instant;
}

export const variableView = ({ name, value, updatedAt }: ShownVariable) => ({
  name,
  value,
  updatedAt: updatedAt === undefined ? null : toIso(updatedAt),
});
