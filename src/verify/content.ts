// Does an SBOM tell the truth about an image's files? Both are lists of files; they are compared both ways.
import { compareStrings } from '../lib/bytes.ts';

/** One file as an SBOM claims it, or as the image has it. What is `undefined` is not claimed. */
export interface ClaimedFile {
  /** The path as text, without a leading slash; names that are no UTF-8 as `pathText` of lib/bytes.ts writes them. */
  readonly path: string;
  /** `file`, `symlink`, `hardlink`, `device`, `fifo`; directories are not compared. */
  readonly kind: string;
  readonly sha256?: string | undefined;
  readonly sha1?: string | undefined;
  readonly size?: number | undefined;
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly target?: string | undefined;
}

export interface Difference {
  readonly path: string;
  /** A sentence's end: `is not in the SBOM`. */
  readonly problem: string;
}

const COMPARED = ['kind', 'sha256', 'sha1', 'size', 'mode', 'uid', 'gid', 'target'] as const;

/**
 * Every difference, sorted by path; none when the SBOM lists exactly the image's files, each as it is. A claim of a
 * file without any digest is a difference, for it claims no content.
 */
export function compareContent(image: readonly ClaimedFile[], claimed: readonly ClaimedFile[]): Difference[] {
  const found: Difference[] = [];
  const claims = new Map<string, ClaimedFile>();
  for (const claim of claimed) {
    if (claim.kind === 'directory') continue;
    if (claims.has(claim.path)) found.push({ path: claim.path, problem: 'is in the SBOM twice' });
    claims.set(claim.path, claim);
  }
  for (const file of image) {
    if (file.kind === 'directory') continue;
    const claim = claims.get(file.path);
    claims.delete(file.path);
    if (claim === undefined) found.push({ path: file.path, problem: 'is not in the SBOM' });
    else found.push(...compareFile(file, claim));
  }
  for (const path of claims.keys()) found.push({ path, problem: 'is in the SBOM but not in the image' });
  return found.sort((a, b) => compareStrings(a.path, b.path) || compareStrings(a.problem, b.problem));
}

function compareFile(file: ClaimedFile, claim: ClaimedFile): Difference[] {
  const { path } = file;
  if (claim.kind === 'file' && claim.sha256 === undefined && claim.sha1 === undefined) {
    return [{ path, problem: 'has no digest in the SBOM' }];
  }
  const other = COMPARED.filter((member) => claim[member] !== undefined && claim[member] !== file[member]);
  return other.map((member) => ({
    path,
    problem: `has ${member} ${shown(member, file)}, but ${shown(member, claim)} in the SBOM`,
  }));
}

function shown(member: (typeof COMPARED)[number], file: ClaimedFile): string {
  const value = file[member];
  return member === 'mode' && typeof value === 'number' ? `0${value.toString(8)}` : String(value ?? 'none');
}

/** The differences as one sentence without its full stop, the first ones by name. */
export function describeDifferences(differences: readonly Difference[], most = 5): string {
  const named = differences.slice(0, most).map(({ path, problem }) => `${path} ${problem}`);
  const rest = differences.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
