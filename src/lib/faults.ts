/**
 * The one class that is thrown for what could not be answered: bad input, network, a missing tool.
 * Expected negatives (a signature that is bad, a finding) are values, never faults.
 * The command line prints `message`, `hint` and `code`, and exits with status 2.
 */
export class Fault extends Error {
  /** `area/problem` in kebab-case, stable between versions, e.g. `archive/expired`. */
  readonly code: string;
  /** What the user can do, one sentence. */
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
    this.hint = hint;
  }
}

/** The one-line message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
