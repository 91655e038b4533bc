// What in a program's bytes tells its version.

export interface Mark {
  /** Bytes that stand in the file beside the version, as latin1. `MINOR` is what the file's name says: `3.11`. */
  readonly literal: string;
  /** Over 64 bytes before the literal and 192 from it; its first group is the version. `MINOR` as above. */
  readonly pattern: RegExp;
}

/** A version of three numbers, as a pattern. */
export const THREE = String.raw`\d{1,4}\.\d{1,4}\.\d{1,4}`;

/** `literal`, then the version. */
export function after(literal: string, version = THREE, rest = ''): Mark {
  return { literal, pattern: new RegExp(escaped(literal) + `(${version})` + rest) };
}

/** A version alone in its string, of which `literal` is the start. */
export function alone(literal: string, version = THREE): Mark {
  return { literal, pattern: new RegExp(`\\0v?(${version})\\0`) };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
