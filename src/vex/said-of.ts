// The statements about one vulnerability, found by the packages that they name: neither is held against all of the other.
import type { Matcher, PackageForms, PreparedStatement } from './matching.ts';
import type { OrderedStatement } from './order.ts';

interface Ready {
  readonly one: OrderedStatement;
  readonly prepared: PreparedStatement;
}

export class SaidOf {
  readonly #matcher: Matcher;
  /** About all that an image brings, the last word first; so are those of each key. */
  readonly #whole: Ready[] = [];
  readonly #byKey = new Map<string, Ready[]>();

  /** @param statements the last word first */
  constructor(matcher: Matcher, statements: readonly OrderedStatement[]) {
    this.#matcher = matcher;
    for (const one of statements) {
      const ready = { one, prepared: matcher.prepare(one.statement, one.document.about) };
      if (ready.prepared.whole.size > 0) this.#whole.push(ready);
      for (const key of ready.prepared.parts.keys()) {
        const list = this.#byKey.get(key);
        if (list === undefined) this.#byKey.set(key, [ready]);
        else list.push(ready);
      }
    }
  }

  /** The last word on a package; `undefined` where none is about it. */
  lastWord(forms: PackageForms): OrderedStatement | undefined {
    let last: OrderedStatement | undefined;
    for (const list of [this.#whole, ...forms.keys.map((key) => this.#byKey.get(key) ?? [])]) {
      const found = list.find(({ prepared }) => this.#matcher.isAbout(prepared, forms))?.one;
      if (found !== undefined && (last === undefined || found.rank > last.rank)) last = found;
    }
    return last;
  }
}
