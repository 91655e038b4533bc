/** The only place that reads the wall clock. Elsewhere the time is an argument. */
export function now(): Date {
  return new Date();
}

/** Monotonic milliseconds, for measuring; no relation to the wall clock. */
export function ticks(): number {
  return performance.now();
}
