import { IsInt, Max, Min } from 'class-validator';
import { Omittable, OptionalOrNull } from '../platform/validation.js';

/** How much of the machines a client gets. Every member may be left out; null lifts the limit. */
export class ClientShare {
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(100)
  readonly weight?: number;

  @OptionalOrNull()
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly maxConcurrentRuns?: number | null;
}
