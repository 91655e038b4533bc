// Whether a package URL of a statement is about a package: as OpenVEX's "Package URL matching" has it.
import { Fault } from '../lib/faults.ts';
import { type PackageUrlParts, parsePackageUrl } from '../purl/purl.ts';

export interface NamedPackage {
  readonly purl: string;
  /** What it was built from, where it is another. */
  readonly source?: { readonly name: string; readonly version: string } | undefined;
}

/** The parts; `undefined` for what is no package URL. */
export function purlParts(text: string): PackageUrlParts | undefined {
  if (!text.startsWith('pkg:')) return undefined;
  try {
    return parsePackageUrl(text);
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}

/** A name under which statements speak of a package. */
export interface PurlForm extends PackageUrlParts {
  /** Its version is without the epoch: a pattern with a version must have this qualifier, too. */
  readonly needsEpoch?: boolean | undefined;
}

/**
 * Type, namespace and name are the same; so is the version, every qualifier and the subpath that the pattern has. What it does
 * not have may be anything.
 */
export function purlCovers(pattern: PackageUrlParts, one: PurlForm): boolean {
  if (purlKey(pattern) !== purlKey(one)) return false;
  if (pattern.version !== undefined && pattern.version !== one.version) return false;
  if (one.needsEpoch === true && pattern.qualifiers?.['epoch'] === undefined) return false;
  if (pattern.subpath !== undefined && pattern.subpath !== one.subpath) return false;
  const has = one.qualifiers ?? {};
  return Object.entries(pattern.qualifiers ?? {}).every(
    ([key, value]) => Object.hasOwn(has, key) && has[key] === value,
  );
}

/** Equal for package URLs that differ in version, qualifiers and subpath alone. */
export function purlKey({ type, namespace, name }: PackageUrlParts): string {
  return `${type}/${namespace ?? ''}/${name}`;
}

/** Of a pattern: each that covers a form has one of the form's {@link formKeys}. */
export function patternKey(pattern: PackageUrlParts): string {
  return pattern.version === undefined ? purlKey(pattern) : `${purlKey(pattern)}@${pattern.version}`;
}

/** Without and with its version. */
export function formKeys(form: PackageUrlParts): readonly string[] {
  const key = purlKey(form);
  return form.version === undefined ? [key] : [key, `${key}@${form.version}`];
}

/** What distributions call the architecture of a source package. */
const SOURCE_ARCHITECTURES: Readonly<Record<string, string>> = { deb: 'source', rpm: 'src', apk: 'source' };

/**
 * The names under which statements speak of a package: its own, those of its source package, and for Debian the one with the
 * epoch as a qualifier. None where its package URL is none.
 */
export function purlForms({ purl, source }: NamedPackage): readonly PurlForm[] {
  const own = purlParts(purl);
  if (own === undefined) return [];
  const { upstream: _, ...qualifiers } = own.qualifiers ?? {};
  const forms: PackageUrlParts[] = [own];
  const architecture = SOURCE_ARCHITECTURES[own.type];
  if (architecture !== undefined) {
    const from = source ?? { name: own.name, version: own.version ?? '' };
    const version = from.version === '' ? own.version : from.version;
    const made = { type: own.type, namespace: own.namespace, name: from.name, version };
    forms.push({ ...made, qualifiers }, { ...made, qualifiers: { ...qualifiers, arch: architecture } });
  }
  return own.type === 'deb' ? forms.flatMap((form) => [form, ...epochAside(form)]) : forms;
}

function epochAside(form: PackageUrlParts): PurlForm[] {
  const [, epoch, version] = /^(\d{1,9}):(.*)$/s.exec(form.version ?? '') ?? [];
  return epoch === undefined ? [] : [{ ...form, version, qualifiers: { ...form.qualifiers, epoch }, needsEpoch: true }];
}
