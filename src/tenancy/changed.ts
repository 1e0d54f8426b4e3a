/** A member after an edit: absent leaves it, null empties it. */
export function changed<T>(current: T | undefined, given: NoInfer<T> | null | undefined): T | undefined {
  return given === undefined ? current : (given ?? undefined);
}
