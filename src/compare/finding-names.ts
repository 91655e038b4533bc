// A side's findings by what they are about: a package's name and any name of the vulnerability.
import { isSuppressed } from '../match/filter.ts';
import { packageName } from './package-name.ts';
import type { ComparedFinding } from './types.ts';

/** Several findings of one vulnerability in one package name are one: the first that counts, else the first. */
export class FindingNames {
  readonly #byPackage = new Map<string, Map<string, ComparedFinding>>();
  readonly #all: readonly ComparedFinding[];

  /** @param findings worst first */
  constructor(findings: readonly ComparedFinding[]) {
    this.#all = findings;
    for (const suppressed of [false, true])
      for (const finding of findings) if (isSuppressed(finding) === suppressed) this.#enter(finding);
  }

  /** The finding of the same vulnerability in a package of the same name. */
  find({ id, aliases, package: p }: ComparedFinding): ComparedFinding | undefined {
    const names = this.#byPackage.get(packageName(p));
    if (names === undefined) return undefined;
    const own = names.get(id);
    if (own !== undefined) return own;
    const alias = aliases.find((name) => names.has(name));
    return alias === undefined ? undefined : names.get(alias);
  }

  /** Those that are not suppressed, each vulnerability of a package name once. */
  *counting(): Generator<ComparedFinding> {
    for (const finding of this.#all)
      if (!isSuppressed(finding) && this.#byPackage.get(packageName(finding.package))?.get(finding.id) === finding)
        yield finding;
  }

  #enter(finding: ComparedFinding): void {
    const name = packageName(finding.package);
    const names = this.#byPackage.get(name) ?? new Map<string, ComparedFinding>();
    this.#byPackage.set(name, names);
    for (const one of [finding.id, ...finding.aliases]) if (!names.has(one)) names.set(one, finding);
  }
}
