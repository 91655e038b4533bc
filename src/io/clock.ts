/** The only place that reads the wall clock. Elsewhere the time is an argument. */
export function now(): Date {
  return new Date();
}

/** Monotonic milliseconds, for measuring; no relation to the wall clock. */
export function ticks(): number {
  return performance.now();
}

/** Waits; ends early, without a fault, when the signal is aborted. */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
  });
}

/** Lets what waits happen, timers and signals, in the midst of long work. */
export async function breathe(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
