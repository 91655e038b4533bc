// Says of an ecosystem's order what it must give for a list of versions.
import { expect } from 'vitest';
import { versionOrder } from '../../src/version/order.ts';

export type Sign = '<' | '=' | '>' | '?';

/** `?` where one of them is no version; also asserts that the other direction agrees. */
export function signOf(ecosystem: string, a: string, b: string): Sign {
  const order = versionOrder(ecosystem);
  const sign = (difference: number | undefined): Sign =>
    difference === undefined ? '?' : difference < 0 ? '<' : difference > 0 ? '>' : '=';
  const there = sign(order?.(a, b));
  const back: Sign = there === '<' ? '>' : there === '>' ? '<' : there;
  expect(sign(order?.(b, a)), `${b} against ${a} in ${ecosystem}`).toBe(back);
  return there;
}

/** Pairs of a list that should ascend where the first is not before the second. */
export function outOfOrder(ecosystem: string, versions: readonly string[]): readonly string[] {
  return versions.flatMap((a, i) =>
    versions.slice(i + 1).flatMap((b) => (signOf(ecosystem, a, b) === '<' ? [] : [`${a} < ${b}`])),
  );
}

/** Pairs of a list of spellings that are not the same version. */
export function notSame(ecosystem: string, versions: readonly string[]): readonly string[] {
  return versions.flatMap((a) => versions.filter((b) => signOf(ecosystem, a, b) !== '=').map((b) => `${a} = ${b}`));
}

/** Texts of a list that have a place in the order, among them those that it puts before or after a good version. */
export function placed(ecosystem: string, good: string, versions: readonly string[]): readonly string[] {
  expect(signOf(ecosystem, good, good)).toBe('=');
  return versions.filter((version) => signOf(ecosystem, good, version) !== '?');
}
