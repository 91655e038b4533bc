// Whether a statement is about a package: by the image that holds it, by the package itself, by what it is a part of.
import type { PackageUrlParts } from '../purl/purl.ts';
import { type NamedPackage, purlCovers, purlForms, purlKey, purlParts, type PurlForm } from './package-urls.ts';
import { isDistribution, KnownImage, type VexSubject } from './subject.ts';
import type { VexProduct, VexStatement } from './types.ts';

export interface AskedPackage extends NamedPackage {
  readonly origin?: 'base' | 'added' | undefined;
  /** Ways to it from the outside in, package URLs, itself left out; at most 5 are known. */
  readonly parents?: readonly (readonly string[])[] | undefined;
}

/** A package in every form, made once for many statements. */
export interface PackageForms {
  readonly asked: AskedPackage;
  readonly forms: readonly PurlForm[];
}

export function packageForms(asked: AskedPackage): PackageForms {
  return { asked, forms: purlForms(asked) };
}

type Scope = 'image' | 'base';

interface Part {
  readonly pattern: PackageUrlParts;
  /** What it must be a part of; none: it counts wherever it is. */
  readonly within: Scope | readonly PackageUrlParts[] | undefined;
}

/** A statement, ready to be asked of many packages. */
export interface PreparedStatement {
  /** It is about all that these bring. */
  readonly whole: ReadonlySet<Scope>;
  readonly parts: ReadonlyMap<string, readonly Part[]>;
}

/** More ways than this are not told: then nobody knows all of them. */
const KNOWN_WAYS = 5;

export class Matcher {
  readonly #subject: VexSubject;
  readonly #image: KnownImage;
  readonly #base: KnownImage | undefined;

  constructor(subject: VexSubject) {
    this.#subject = subject;
    this.#image = new KnownImage(subject, subject.platform);
    this.#base = subject.base === undefined ? undefined : new KnownImage(subject.base, subject.platform);
  }

  prepare({ products }: Pick<VexStatement, 'products'>): PreparedStatement {
    const whole = new Set<Scope>();
    const parts = new Map<string, Part[]>();
    const add = (ids: readonly string[], within: Part['within']) => {
      for (const pattern of this.#patterns(ids)) {
        const key = purlKey(pattern);
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
    return { whole, parts };
  }

  isAbout({ whole, parts }: PreparedStatement, { asked, forms }: PackageForms): boolean {
    if (whole.has('image') || (whole.has('base') && asked.origin === 'base')) return true;
    return forms.some((form) =>
      (parts.get(purlKey(form)) ?? []).some(
        ({ pattern, within }) => purlCovers(pattern, form) && isWithin(asked, within),
      ),
    );
  }

  #scopeOf({ ids, digests }: VexProduct): Scope | undefined {
    const is = (image: KnownImage) => digests.some((d) => image.hasDigest(d)) || ids.some((id) => image.isNamed(id));
    if (is(this.#image) || ids.some((id) => this.#isRoot(id))) return 'image';
    if (ids.some((id) => id.startsWith('cpe:') && isDistribution(id, this.#subject.distribution))) return 'image';
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

/** Of a package: every known way to it passes through one of these, and all ways are known. */
function isWithin({ origin, parents = [] }: AskedPackage, within: Part['within']): boolean {
  if (within === undefined || within === 'image') return true;
  if (within === 'base') return origin === 'base';
  if (parents.length === 0 || parents.length >= KNOWN_WAYS) return false;
  return parents.every((way) =>
    way.some((purl) => {
      const parts = purlParts(purl);
      return parts !== undefined && within.some((pattern) => purlCovers(pattern, parts));
    }),
  );
}
