/**
 * The same items in the same order, the next one being read while the present one is in use. One ahead and no more:
 * two pages in memory, and a source that is asked for one page too many where the present one is not kept.
 */
export async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let next = heard(iterator.next());
  try {
    for (;;) {
      const present = await next;
      if (present.done === true) return;
      next = heard(iterator.next());
      yield present.value;
    }
  } finally {
    // Whoever stops half-way does not wait for a page that nobody wants; the source's own clean-up follows it.
    void heard(next.then(() => iterator.return?.()));
  }
}

/** A failure is told where the item is asked for, or to nobody. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
