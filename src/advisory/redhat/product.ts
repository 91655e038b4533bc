// What Red Hat's CPEs and package URLs name: https://redhatproductsecurity.github.io/security-data-guidelines/ (CPE, purl).
import type { CsafProduct, CsafResolved } from '../../csaf/types.ts';
import { purlPath, purlQualifier, purlVersion } from '../../purl/peek.ts';

export interface RpmComponent {
  readonly name: string;
  /** `[epoch:]version-release`; empty where every version is meant. */
  readonly version: string;
  /** `x86_64`, `noarch`; `src` of a source package; empty where none is given. */
  readonly architecture: string;
  /** `nodejs:18` */
  readonly module: string | undefined;
}

const CPE = /^cpe:(?:\/|2\.3:)[aoh]:redhat:([a-z0-9_.-]{1,100})(?::([A-Za-z0-9_.-]{0,60}))?(?::|$)/;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_+.-]{0,199}$/;
const VERSION = /^(?:\d{1,9}:)?[^\s:/-]{1,200}-[^\s:/-]{1,200}$/;

/**
 * The ecosystem of a product, as OSV writes it, without its channel: `Red Hat:enterprise_linux:9` of
 * `cpe:/a:redhat:enterprise_linux:9::appstream`, `Red Hat:rhel_eus:9.2`. Of Red Hat Enterprise Linux itself only the major
 * release is told apart: its minor ones follow each other. `undefined` for what is no product of Red Hat's.
 */
export function ecosystemOf(cpe: string): string | undefined {
  const [, product, version = ''] = CPE.exec(cpe) ?? [];
  return product === undefined ? undefined : ecosystemNamed(product, version);
}

/** An ecosystem that somebody wants, as {@link ecosystemOf} writes it. */
export function normalEcosystem(ecosystem: string): string {
  const [base, product = '', version = ''] = ecosystem.split(':');
  return base === 'Red Hat' && product !== '' ? ecosystemNamed(product, version) : ecosystem;
}

function ecosystemNamed(product: string, version: string): string {
  const release = product === 'enterprise_linux' ? (version.split('.')[0] ?? '') : version;
  return release === '' || release === '-' ? `Red Hat:${product}` : `Red Hat:${product}:${release}`;
}

/**
 * The rpm package that a component is; `undefined` for what is none of Red Hat's: containers, jars, whole modules.
 * Modules stand in the purl (`rpmmod=nodejs:18:…`), or around the package, or before its name (`nodejs:18/nodejs`).
 */
export function rpmOf({ component, within }: CsafResolved): RpmComponent | undefined {
  const purl = component.purls[0] ?? '';
  if (purl.startsWith('pkg:rpmmod/')) return inModule(purl);
  const rpm = purl === '' ? bareSource(component, within.at(-1)) : plainRpm(component, purl);
  if (rpm === undefined || rpm.module !== undefined) return rpm;
  const around = within.map(({ purls: [outer = ''] }) => outer).find((outer) => outer.startsWith('pkg:rpmmod/'));
  return around === undefined ? rpm : { ...rpm, module: moduleOf(`${purlPath(around).name}:${purlVersion(around)}`) };
}

/** `ruby` of `pkg:rpmmod/redhat/ruby:2.6/ruby` */
function inModule(purl: string): RpmComponent | undefined {
  const { namespace, name } = purlPath(purl);
  if (!namespace.startsWith('redhat/') || !NAME.test(name)) return undefined;
  const module = moduleOf(namespace.slice('redhat/'.length));
  return module === undefined ? undefined : { name, version: '', architecture: 'src', module };
}

function plainRpm(component: CsafProduct, purl: string): RpmComponent | undefined {
  const { namespace, name } = purlPath(purl);
  if (!purl.startsWith('pkg:rpm/') || namespace !== 'redhat' || !NAME.test(name)) return undefined;
  const version = purlVersion(purl);
  const full = version === '' ? '' : epochOf(component, purl, version) + version;
  if (full !== '' && !VERSION.test(full)) return undefined;
  return {
    name,
    version: full,
    architecture: purlQualifier(purl, 'arch') ?? '',
    module: moduleOf(purlQualifier(purl, 'rpmmod') ?? ''),
  };
}

/** Of the purl; older documents have it in the product's id alone: `openssl-1:3.0.7-6.el9_2.x86_64`. */
function epochOf({ id }: CsafProduct, purl: string, version: string): string {
  const end = id.indexOf(`:${version}`);
  const stated = purlQualifier(purl, 'epoch') ?? id.slice(id.lastIndexOf('-', end) + 1, Math.max(end, 0));
  return /^[1-9]\d{0,8}$/.test(stated) ? `${stated}:` : '';
}

/** Before 2024 packages without a fix had no purl, only their source's name: in operating systems, for elsewhere it may be anything's. */
function bareSource({ name, id, category }: CsafProduct, outer: CsafProduct | undefined): RpmComponent | undefined {
  if (!/^cpe:(?:\/|2\.3:)o:/.test(outer?.cpe ?? '')) return undefined;
  if (category !== 'product_version' || name !== id || !NAME.test(name)) return undefined;
  return { name, version: '', architecture: 'src', module: undefined };
}

/** `nodejs:18` of `nodejs:18:8090020240101:abcdef` */
function moduleOf(label: string): string | undefined {
  return /^[^:\s/]{1,100}:[^:\s/]{1,100}(?=:|$)/.exec(label)?.[0];
}
