// Conan's versions: Conan 2's documentation, "Version ranges", and its class Version.
import { compareStrings } from '../lib/bytes.ts';
import { compareNumbers, comparePlain, digitsEnd } from './text.ts';

interface ConanVersion {
  readonly items: readonly string[];
  readonly prerelease: readonly string[] | undefined;
  readonly build: readonly string[] | undefined;
}

/**
 * The order that Conan gives two versions: items between dots, numbers by value, others by code unit; zeros at the end mean
 * nothing. After the first hyphen is a prerelease, after the last `+` a build, which counts. Total over all strings.
 */
export function compareConanVersions(a: string, b: string): number {
  const plain = comparePlain(a, b, 0);
  if (!Number.isNaN(plain)) return plain;
  const x = conanVersion(a);
  const y = conanVersion(b);
  return (
    compareItems(x.items, y.items) ||
    Number(x.prerelease === undefined) - Number(y.prerelease === undefined) ||
    compareItems(x.prerelease ?? [], y.prerelease ?? []) ||
    Number(x.build !== undefined) - Number(y.build !== undefined) ||
    compareItems(x.build ?? [], y.build ?? [])
  );
}

function conanVersion(text: string): ConanVersion {
  const plus = text.lastIndexOf('+');
  const unbuilt = plus === -1 ? text : text.slice(0, plus);
  const hyphen = unbuilt.indexOf('-');
  return {
    items: itemsOf(hyphen === -1 ? unbuilt : unbuilt.slice(0, hyphen)),
    prerelease: hyphen === -1 ? undefined : itemsOf(unbuilt.slice(hyphen + 1)),
    build: plus === -1 ? undefined : itemsOf(text.slice(plus + 1)),
  };
}

/** Numbers without leading zeros; none that are zero at the end. */
function itemsOf(text: string): readonly string[] {
  const items = text.split('.').map((item) => (isNumber(item) ? item.replace(/^0+(?=.)/, '') : item));
  return items.slice(0, items.findLastIndex((item) => item !== '0') + 1);
}

function compareItems(x: readonly string[], y: readonly string[]): number {
  for (let i = 0; i < x.length && i < y.length; i++) {
    const [a = '', b = ''] = [x[i], y[i]];
    const numbers = isNumber(a) && isNumber(b);
    const order = numbers ? compareNumbers(a, 0, a.length, b, 0, b.length) : compareStrings(a, b);
    if (order !== 0) return order;
  }
  return x.length - y.length;
}

function isNumber(item: string): boolean {
  return item !== '' && digitsEnd(item, 0, item.length) === item.length;
}
