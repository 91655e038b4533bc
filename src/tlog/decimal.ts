/**
 * A tree size or index: ASCII decimal without leading zeroes, at most 2^53 - 1, the largest that a number holds exactly;
 * `undefined` for anything else.
 */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Whether a number is a tree size or index that this folder computes with: an integer from 0 to 2^53 - 1. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
