/** A request for one page of a list, newest or oldest first by id. */
export interface PageRequest {
  readonly limit: number;
  /** Id of the last item of the previous page. */
  readonly after?: string;
}

/** One page; `nextAfter` is absent on the last. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly nextAfter?: string;
}
