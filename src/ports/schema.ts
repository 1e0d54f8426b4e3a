/** The tables in the database, against those this version of the program was written for. */
export abstract class Schema {
  /** Whether every migration has run. Throws DatabaseUnavailable. */
  abstract isCurrent(): Promise<boolean>;
}
