// Versions of OCaml's packages: opam's manual, "Version ordering", which is Debian's without epochs.
import { compareDebVersionsWithoutEpoch } from './deb.ts';

/** The order that opam gives two versions. Total over all strings. */
export function compareOpamVersions(a: string, b: string): number {
  return a === b ? 0 : compareDebVersionsWithoutEpoch(a, 0, b, 0);
}
