// Packages that one side's findings are not of on purpose: they are compared as if neither side's were.
import { isKernelHeaders } from '../match/kernel-headers.ts';
import { purlPath } from '../purl/peek.ts';
import { packageName } from './package-name.ts';
import type { Side } from './types.ts';

export interface LikeSides {
  readonly a: Side;
  readonly b: Side;
  /** Of each side, findings that are left out because the other side's headers of a kernel were not looked up, a count. */
  readonly leftOut: { readonly a: number; readonly b: number };
}

/** Both sides without findings in a kernel's headers that were looked up on one of them alone. */
export function likeSides(a: Side, b: Side): LikeSides {
  const [likeA, likeB] = [without(a, passedOver(b)), without(b, passedOver(a))];
  const gone = (before: Side, after: Side): number => before.findings.findings.length - after.findings.findings.length;
  return { a: likeA, b: likeB, leftOut: { a: gone(a, likeA), b: gone(b, likeB) } };
}

/** Names of the packages. */
function passedOver({ findings: { uncovered = [] } }: Side): ReadonlySet<string> {
  const headers = uncovered.filter(({ reason }) => reason === 'kernel-headers');
  return new Set(headers.map(({ purl }) => packageName({ purl, kind: kindOf(purl), name: purlPath(purl).name })));
}

function kindOf(purl: string): string {
  return purl.slice('pkg:'.length, Math.max(purl.indexOf('/'), 0));
}

function without(side: Side, names: ReadonlySet<string>): Side {
  if (names.size === 0) return side;
  const findings = side.findings.findings.filter(
    ({ package: p }) => !(names.has(packageName(p)) && isKernelHeaders(p)),
  );
  return findings.length === side.findings.findings.length
    ? side
    : { ...side, findings: { ...side.findings, findings } };
}
