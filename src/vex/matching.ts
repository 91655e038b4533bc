// Whether a statement is about a package: by the image that holds it, by the package itself, by what it is a part of.
import type { Digest } from '../lib/digest.ts';
import type { PackageUrlParts } from '../purl/purl.ts';
import { formKeys, patternKey, purlCovers, purlForms, purlParts, type PurlForm } from './package-urls.ts';
import { type AskedPackage, isIn, isWithin, type Scope, type Within } from './scope.ts';
import { isDistribution, KnownImage, type VexSubject } from './subject.ts';
import type { VexProduct, VexStatement } from './types.ts';

/** A package in every form, made once for many statements. */
export interface PackageForms {
  readonly asked: AskedPackage;
  readonly forms: readonly PurlForm[];
  /** Of all forms, each once. */
  readonly keys: readonly string[];
}

export function packageForms(asked: AskedPackage): PackageForms {
  const forms = purlForms(asked);
  return { asked, forms, keys: [...new Set(forms.flatMap(formKeys))] };
}

interface Part {
  readonly pattern: PackageUrlParts;
  readonly within: Within;
}

/** A statement, ready to be asked of many packages. */
export interface PreparedStatement {
  /** What it was attested of: it is about nothing else. */
  readonly limit: Scope | 'other';
  /** It is about all that these bring. */
  readonly whole: ReadonlySet<Scope>;
  /** By the keys of their patterns. */
  readonly parts: ReadonlyMap<string, readonly Part[]>;
}

export class Matcher {
  readonly #subject: VexSubject;
  readonly #image: KnownImage;
  readonly #base: KnownImage | undefined;

  constructor(subject: VexSubject) {
    this.#subject = subject;
    this.#image = new KnownImage(subject, subject.platform);
    this.#base = subject.base === undefined ? undefined : new KnownImage(subject.base, subject.platform);
  }

  /** @param about of the document that it stands in */
  prepare({ products }: Pick<VexStatement, 'products'>, about?: Digest): PreparedStatement {
    const whole = new Set<Scope>();
    const parts = new Map<string, Part[]>();
    const add = (ids: readonly string[], within: Within) => {
      for (const pattern of this.#patterns(ids)) {
        const key = patternKey(pattern);
        const list = parts.get(key);
        if (list === undefined) parts.set(key, [{ pattern, within }]);
        else list.push({ pattern, within });
      }
    };
    for (const product of products) {
      const scope = this.#scopeOf(product);
      const components = product.subcomponents.map(({ ids }) => ids);
      if (scope === undefined && components.length === 0) add(product.ids, undefined);
      else if (scope !== undefined && components.length === 0) whole.add(scope);
      else {
        const outer = scope ?? this.#patterns(product.ids);
        for (const ids of components) add(ids, outer);
      }
    }
    return { limit: this.#limitOf(about), whole, parts };
  }

  isAbout({ limit, whole, parts }: PreparedStatement, { asked, forms, keys }: PackageForms): boolean {
    if (limit === 'other' || !isIn(asked, limit)) return false;
    for (const scope of whole) if (isIn(asked, scope)) return true;
    return keys.some((key) =>
      (parts.get(key) ?? []).some(
        ({ pattern, within }) => forms.some((form) => purlCovers(pattern, form)) && isWithin(asked, within),
      ),
    );
  }

  #limitOf(about: Digest | undefined): PreparedStatement['limit'] {
    if (about === undefined || this.#image.hasDigest(about)) return 'image';
    return this.#base?.hasDigest(about) === true ? 'base' : 'other';
  }

  #scopeOf({ ids, digests }: VexProduct): Scope | undefined {
    const is = (image: KnownImage) => digests.some((d) => image.hasDigest(d)) || ids.some((id) => image.isNamed(id));
    if (is(this.#image) || ids.some((id) => this.#isRoot(id))) return 'image';
    if (ids.some((id) => id.startsWith('cpe:') && isDistribution(id, this.#subject.distribution))) return 'system';
    return this.#base !== undefined && is(this.#base) ? 'base' : undefined;
  }

  #isRoot(id: string): boolean {
    const { links } = this.#subject;
    return links?.root !== undefined && linkOf(id)?.document === links.document && linkOf(id)?.reference === links.root;
  }

  #patterns(ids: readonly string[]): PackageUrlParts[] {
    return ids.flatMap((id) => {
      const link = linkOf(id);
      const purl = link === undefined ? id : this.#linked(link);
      const parts = purl === undefined ? undefined : purlParts(purl);
      if (parts === undefined) return [];
      // What syft adds to make a bom-ref of a package URL.
      const { 'package-id': _, ...qualifiers } = parts.qualifiers ?? {};
      return [{ ...parts, qualifiers }];
    });
  }

  /** A link into another document than the one that was scanned is about something else. */
  #linked({ document, reference }: Link): string | undefined {
    const { links } = this.#subject;
    if (links === undefined) return reference;
    return links.document === document ? (links.packages.get(reference) ?? reference) : undefined;
  }
}

interface Link {
  readonly document: string;
  readonly reference: string;
}

/** A BOM-Link's parts: `urn:cdx:UUID/VERSION#REFERENCE`. */
function linkOf(id: string): Link | undefined {
  const hash = id.indexOf('#');
  if (!id.startsWith('urn:cdx:') || hash === -1) return undefined;
  try {
    return { document: id.slice(0, hash).toLowerCase(), reference: decodeURIComponent(id.slice(hash + 1)) };
  } catch {
    return undefined;
  }
}
