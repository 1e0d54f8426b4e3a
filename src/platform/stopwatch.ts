/** Starts to measure; the answer tells the whole milliseconds since, whatever happens to the wall clock. */
export function startStopwatch(): () => number {
  const start = performance.now();
  return () => Math.round(performance.now() - start);
}
