// Which packages came, went, and are there in another version.
import type { BomPackage } from '../bom/types.ts';
import { compareStrings } from '../lib/bytes.ts';
import { orderOf, packageName } from './package-name.ts';
import type { PackageChange, PackageChanges } from './types.ts';

type Way = Exclude<keyof PackageChanges, 'unchanged'>;

/**
 * Packages by their names: versions that are on both sides are taken off first, of the others the latest of one side is held
 * against the latest of the other, and so on; what is left over came or went. Sorted by kind and name.
 */
export function packageChanges(a: readonly BomPackage[], b: readonly BomPackage[]): PackageChanges {
  const changes: Record<Way, PackageChange[]> = { added: [], removed: [], upgraded: [], downgraded: [], changed: [] };
  const [before, after] = [byName(a), byName(b)];
  let unchanged = 0;
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort(compareStrings)) {
    const { left, right, same } = withoutSame(before.get(name) ?? [], after.get(name) ?? []);
    unchanged += same;
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      const change = changeOf(left[i], right[i]);
      changes[wayOf(change)].push(change);
    }
  }
  return { ...changes, unchanged };
}

function byName(packages: readonly BomPackage[]): Map<string, BomPackage[]> {
  const names = new Map<string, BomPackage[]>();
  for (const p of packages) {
    const name = packageName(p);
    const list = names.get(name);
    if (list === undefined) names.set(name, [p]);
    else list.push(p);
  }
  return names;
}

/** Those of another version than any on the other side has, each as often as it is there, the latest first. */
function withoutSame(a: readonly BomPackage[], b: readonly BomPackage[]) {
  const open = new Map<string, BomPackage[]>();
  for (const p of b) {
    const list = open.get(p.version);
    if (list === undefined) open.set(p.version, [p]);
    else list.push(p);
  }
  const left = a.filter((p) => open.get(p.version)?.pop() === undefined);
  return {
    left: latestFirst(left),
    right: latestFirst([...open.values()].flat()),
    same: a.length - left.length,
  };
}

function latestFirst(packages: readonly BomPackage[]): readonly BomPackage[] {
  if (packages.length < 2) return packages;
  return packages.toSorted((x, y) => orderOf(x.kind)(y.version, x.version) ?? compareStrings(y.version, x.version));
}

function changeOf(a: BomPackage | undefined, b: BomPackage | undefined): PackageChange {
  const { kind = '', name = '' } = b ?? a ?? {};
  return { kind, name, a, b };
}

function wayOf({ kind, a, b }: PackageChange): Way {
  if (a === undefined) return 'added';
  if (b === undefined) return 'removed';
  const order = orderOf(kind)(a.version, b.version);
  if (order === undefined || order === 0) return 'changed';
  return order < 0 ? 'upgraded' : 'downgraded';
}
