// In which .deb of a source package to look for its changelog next.
import type { ChangelogFix } from '../deb/changelog-cves.ts';
import { humanSize } from '../lib/bytes.ts';
import type { Finding } from './changelog-cache.ts';
import type { PackageFile } from './packages.ts';
import type { NewestSource } from './source-packages.ts';

/** What a source package's changelog says, or why it is not known. */
export interface ReadSource {
  readonly source: NewestSource;
  /** The .deb whose changelog it is, or that was looked into last. */
  readonly file: PackageFile;
  readonly fixes: readonly ChangelogFix[];
  /** Why there is no changelog. */
  readonly missing: { readonly code: string; readonly reason: string } | undefined;
}

/** .debs of one source package that are looked into. */
const TRIES = 12;
/** After as many one follows where they lead, whatever it costs. */
const PATIENCE = 8;
/** A larger package is not followed as long as there are ones of a quarter of its size whose documentation may be their own. */
const SMALL = 2 << 20;

/** Small packages first; one whose documentation is another one's leads there. */
export class ChangelogSearch {
  readonly source: NewestSource;
  readonly #largest: number;
  readonly #left: PackageFile[];
  readonly #linked: PackageFile[] = [];
  #next: PackageFile;
  #tries = 0;
  #result: ReadSource | undefined;

  /** @param largest bytes of a .deb that is looked into at all */
  constructor(source: NewestSource, largest: number) {
    const [first, ...others] = source.packages;
    if (first === undefined) throw new Error(`${source.name} has no package`);
    this.source = source;
    this.#largest = largest;
    this.#next = first;
    this.#left = others;
    if (first.size > largest) this.#end([], tooLarge(source, largest));
  }

  /** The .deb to look into. */
  get next(): PackageFile {
    return this.#next;
  }

  get result(): ReadSource | undefined {
    return this.#result;
  }

  /** What {@link next} holds. */
  see(finding: Finding): void {
    this.#tries++;
    if (finding.kind === 'fixes') return this.#end(finding.fixes, undefined);
    if (finding.kind === 'link') this.#follow(finding.package);
    const next = this.#tries < TRIES ? this.#choose() : undefined;
    if (next === undefined) this.#end([], missingOf(finding, this.source));
    else if (next.size > this.#largest) this.#end([], tooLarge(this.source, this.#largest));
    else this.#next = next;
  }

  #follow(name: string): void {
    const at = this.#left.findIndex((file) => file.name === name);
    if (at >= 0) this.#linked.push(...this.#left.splice(at, 1));
  }

  #choose(): PackageFile | undefined {
    const [linked] = this.#linked;
    const [other] = this.#left;
    if (linked === undefined || other === undefined) return this.#linked.shift() ?? this.#left.shift();
    const isCheap = linked.size <= Math.max(SMALL, 4 * other.size);
    return isCheap || this.#tries >= PATIENCE ? this.#linked.shift() : this.#left.shift();
  }

  #end(fixes: readonly ChangelogFix[], missing: ReadSource['missing']): void {
    this.#result = { source: this.source, file: this.#next, fixes, missing };
  }
}

function missingOf(finding: Finding, { name }: NewestSource): NonNullable<ReadSource['missing']> {
  if (finding.kind === 'none') return { code: finding.code, reason: finding.reason };
  return { code: 'deb/no-changelog', reason: `No package of ${name} that was looked into brings its changelog.` };
}

function tooLarge({ name }: NewestSource, largest: number): NonNullable<ReadSource['missing']> {
  const size = humanSize(largest);
  return {
    code: 'archive/changelog-large',
    reason: `The changelog of ${name} lies in packages of more than ${size}, which are fetched only when one asks for it.`,
  };
}
