/** Messages that one side puts in when they come and the other takes out one after the other. */
export class Mailbox<T> {
  readonly #messages: T[] = [];
  #wake: (() => void) | undefined;

  put(message: T): void {
    this.#messages.push(message);
    this.#wake?.();
  }

  /** The oldest message; waits for one where there is none. Only one may wait at a time. */
  async take(): Promise<T> {
    while (this.#messages.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift() as T;
  }
}
