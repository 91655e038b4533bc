// What one record says of one package, as matching asks it.
import type { IndexedAffected } from '../advisory-index.ts';
import type { FeedId, Severity } from '../types.ts';
import type { AdvisoryRow } from './advisory-row.ts';
import type { Spec } from './encoding.ts';

/** The advisory is looked up when it is asked for: most entries are passed over by their versions. */
export class Entry implements IndexedAffected {
  readonly ecosystem: string;
  readonly name: string;
  readonly #spec: Spec;
  readonly #ref: number;
  readonly #of: (ref: number) => AdvisoryRow;
  #found: AdvisoryRow | undefined;

  constructor(ecosystem: string, name: string, spec: Spec, ref: number, of: (ref: number) => AdvisoryRow) {
    this.ecosystem = ecosystem;
    this.name = name;
    this.#spec = spec;
    this.#ref = ref;
    this.#of = of;
  }

  get #row(): AdvisoryRow {
    this.#found ??= this.#of(this.#ref);
    return this.#found;
  }

  get status(): Spec['status'] {
    return this.#spec.status;
  }

  get ranges(): Spec['ranges'] {
    return this.#spec.ranges;
  }

  get versions(): Spec['versions'] {
    return this.#spec.versions;
  }

  get fix(): Spec['fix'] {
    return this.#spec.fix;
  }

  get severities(): Spec['severities'] {
    return this.#spec.severities;
  }

  get only(): Spec['only'] {
    return this.#spec.only;
  }

  get fixedBy(): string | undefined {
    return this.#spec.fixedBy;
  }

  get fixedAt(): number | undefined {
    return this.#spec.fixedAt;
  }

  get advisory(): string {
    return this.#row.id;
  }

  get feed(): FeedId {
    return this.#row.feed;
  }

  get record(): string {
    return this.#row.record;
  }

  get vulnerabilities(): readonly string[] {
    return this.#row.vulnerabilities;
  }

  get advisorySeverities(): readonly Severity[] {
    return this.#row.head.severities;
  }
}
