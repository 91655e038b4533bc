// What was read of .debs, kept between runs.
import type { ChangelogFix } from '../deb/changelog-cves.ts';
import type { SealedFolder } from '../io/sealed.ts';
import { hexOf } from '../lib/digest.ts';
import type { PackageFile } from './packages.ts';

/** What one .deb holds. */
export type Finding =
  | { readonly kind: 'fixes'; readonly fixes: readonly ChangelogFix[] }
  /** Its documentation is that of another package. */
  | { readonly kind: 'link'; readonly package: string }
  | { readonly kind: 'none'; readonly code: string; readonly reason: string };

/** To be raised when the same .deb is read in another way. */
const FORMAT = 1;
/** Largest finding that is kept, in bytes. */
const LARGEST = 64 << 20;

/** @returns `undefined` where this .deb was not read before */
export async function keptFinding(file: PackageFile, cache: SealedFolder): Promise<Finding | undefined> {
  const bytes = await cache.read(nameOf(file), LARGEST);
  // Under this user's seal: it is what keepFinding wrote.
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as Finding);
}

/** A full disk is no reason to fail. */
export async function keepFinding(file: PackageFile, finding: Finding, cache: SealedFolder): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(finding));
  if (bytes.length <= LARGEST) await cache.write(nameOf(file), [bytes]).catch(() => undefined);
}

function nameOf({ digest }: PackageFile): string {
  return `${FORMAT}-${hexOf(digest)}`;
}
