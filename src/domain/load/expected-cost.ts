/** The cost of a run of which nothing is known, in seconds. */
export const UNKNOWN_COST = 5;

/** Seconds that runs have taken, each absent where none has been measured. */
export interface MeasuredSeconds {
  /** Moving average of the sync's own. */
  readonly own?: number;
  /** Of the client's other syncs, the middle one of their averages: a single long one says nothing about the rest. */
  readonly ofClient?: number;
  /** The same over all clients. */
  readonly ofAll?: number;
}

/** Seconds a run is expected to take: as those before it, else as its like, the nearest first. */
export const expectedCost = ({ own, ofClient, ofAll }: MeasuredSeconds): number =>
  [own, ofClient, ofAll].find(isMeasured) ?? UNKNOWN_COST;

const isMeasured = (seconds: number | undefined): boolean =>
  seconds !== undefined && Number.isFinite(seconds) && seconds > 0;
