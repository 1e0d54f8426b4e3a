/** A larger part of a model's records is not deleted unasked. */
export const MOST_DELETED_PART = 0.2;
/** Nor is a larger number. */
export const MOST_DELETED = 1_000;

export interface MissingRecords {
  /** Records that are live and were not in a complete reading of their model. */
  readonly missing: number;
  /** All live records of the model, the missing ones included. */
  readonly live: number;
}

/**
 * Whether so many records are missing that the reading is rather wrong than they are gone, and somebody must approve
 * their deletion. By the letter, for small models too: one of three is more than 20 %, one of five is not.
 */
export const isMassDeletion = ({ missing, live }: MissingRecords): boolean =>
  missing > MOST_DELETED || missing > live * MOST_DELETED_PART;
