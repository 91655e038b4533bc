import { ticks } from '../../io/clock.ts';

export interface Lap {
  readonly step: string;
  /** Milliseconds. */
  readonly time: number;
}

/** Measures the steps of a job, and tells a listener when one begins. */
export class Stopwatch {
  readonly #laps: Lap[] = [];
  readonly #listener: ((step: string) => void) | undefined;
  readonly #start = ticks();

  constructor(listener?: (step: string) => void) {
    this.#listener = listener;
  }

  async lap<T>(step: string, work: () => Promise<T>): Promise<T> {
    this.#listener?.(step);
    const start = ticks();
    try {
      return await work();
    } finally {
      this.#laps.push({ step, time: ticks() - start });
    }
  }

  /** The laps in the order in which they ended. */
  get laps(): readonly Lap[] {
    return this.#laps;
  }

  /** Milliseconds since the watch was made. */
  total(): number {
    return ticks() - this.#start;
  }
}
