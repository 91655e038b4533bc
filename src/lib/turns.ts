/** One piece of work that was announced. */
export interface Turn {
  /** Resolves when the work may begin. */
  readonly begun: Promise<void>;
  /** Begins now, whatever is left: somebody waits for the result. */
  hurry(): void;
  /** What it takes indeed, once that is known. */
  takes(amount: number): void;
  /** Gives back what it took; also before it began. */
  end(): void;
}

interface Announced {
  amount: number;
  state: 'waiting' | 'begun' | 'ended';
  readonly begin: () => void;
}

/**
 * Lets work begin in the order in which it was announced while an allowance (of memory, say) lasts. What is larger than
 * the whole allowance begins when nothing else is under way.
 */
export class Turns {
  readonly #allowance: number;
  #taken = 0;
  #waiting: Announced[] = [];

  constructor(allowance: number) {
    this.#allowance = allowance;
  }

  /** @param amount what it will take as far as one knows */
  announce(amount: number): Turn {
    const { promise, resolve } = Promise.withResolvers<void>();
    const announced: Announced = { amount, state: 'waiting', begin: resolve };
    this.#waiting.push(announced);
    this.#next();
    return {
      begun: promise,
      hurry: () => this.#begin(announced),
      takes: (actual) => {
        if (announced.state === 'begun') this.#taken += actual - announced.amount;
        announced.amount = actual;
        this.#next();
      },
      end: () => {
        if (announced.state === 'begun') this.#taken -= announced.amount;
        announced.state = 'ended';
        this.#next();
      },
    };
  }

  /** Does work in its turn. */
  async run<T>(amount: number, work: () => Promise<T>): Promise<T> {
    const turn = this.announce(amount);
    await turn.begun;
    try {
      return await work();
    } finally {
      turn.end();
    }
  }

  #next(): void {
    this.#waiting = this.#waiting.filter(({ state }) => state === 'waiting');
    for (const announced of this.#waiting) {
      if (this.#taken > 0 && this.#taken + announced.amount > this.#allowance) return;
      this.#begin(announced);
    }
  }

  #begin(announced: Announced): void {
    if (announced.state !== 'waiting') return;
    announced.state = 'begun';
    this.#taken += announced.amount;
    announced.begin();
  }
}
