// A package's own package.json (npm's documentation, "package.json").
import { type BytePath, parentOf, pathText } from '../../lib/bytes.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { npmPurl } from '../../purl/npm.ts';
import { itemsOf, membersOf, objectOf, textMembersOf, textOf } from '../untrusted.ts';
import { moduleName } from './places.ts';

/** A dependency as a package states it. */
export interface Need {
  readonly name: string;
  readonly range: string;
  /** Its absence is no fault of the installation. */
  readonly optional?: true;
}

export interface Manifest {
  readonly purl: string;
  readonly name: string;
  /** Empty where it says none. */
  readonly version: string;
  readonly description?: string;
  readonly homepage?: string;
  readonly author?: string;
  /** As they stand; several of the old form `licenses` are alternatives. */
  readonly licences?: readonly string[];
  readonly needs?: readonly Need[];
  /** devDependencies: they count where the package is the application itself. */
  readonly development?: readonly Need[];
}

/** Longest text of a person and range that is kept, in characters. */
const SHORT = 300;
/** Most dependencies of one kind that are read. */
const NEEDS = 10_000;

/**
 * What a package.json says; `undefined` for one that names no package and does not stand where its folder names one.
 * Invalid UTF-8 is replaced, as npm does.
 * @throws Fault `json/malformed`, `purl/malformed`
 */
export function readManifest(path: BytePath, bytes: Buffer): Manifest | undefined {
  const json = objectOf(parseManifest(path, bytes.toString('utf8'))) ?? {};
  const name = [textOf(json['name']), moduleName(parentOf(path))].find((one) => one !== undefined && isModuleName(one));
  const version = versionOf(json['version']);
  if (name === undefined) return undefined;
  const facts = {
    description: textOf(json['description']),
    homepage: textOf(json['homepage']),
    author: personOf(json['author']) ?? itemsOf(json['maintainers']).map(personOf).find(Boolean),
    licences: licencesOf(json),
    needs: someOf(needsOf(json)),
    development: someOf(plainNeeds(json['devDependencies'])),
  };
  return { purl: npmPurl(name, version), name, version, ...given(facts) };
}

/**
 * Whether a text may be looked for below node_modules: a name or a scope and a name, neither hidden nor leading elsewhere, in
 * at most 214 printable characters of ASCII (npm's documentation, "package.json", "name").
 */
export function isModuleName(text: string): boolean {
  return text.length <= 214 && /^(?:@[!-.0-?A-[\]-~]+\/)?[!--0-?A-[\]-~][!-.0-?A-[\]-~]*$/.test(text);
}

/** A version: at most 256 printable characters of ASCII (node-semver); empty for anything else. */
export function versionOf(value: unknown): string {
  const text = textOf(value) ?? '';
  return /^[!-~]{1,256}$/.test(text) ? text : '';
}

// Not parseJson, which also bounds the depth: nothing deep is read or kept, and there are thousands of these.
function parseManifest(path: BytePath, text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as unknown;
  } catch (cause) {
    throw new Fault(
      'json/malformed',
      `${pathText(path)} is not valid JSON: ${messageOf(cause)}.`,
      'Check that the file is complete and was not altered.',
      { cause },
    );
  }
}

function needsOf(json: Readonly<Record<string, unknown>>): Need[] {
  const needs = new Map<string, Need>();
  const waived = new Set(
    membersOf(json['peerDependenciesMeta'])
      .filter(([, meta]) => objectOf(meta)?.['optional'] === true)
      .map(([name]) => name),
  );
  for (const need of plainNeeds(json['peerDependencies'])) {
    needs.set(need.name, waived.has(need.name) ? { ...need, optional: true } : need);
  }
  for (const need of plainNeeds(json['dependencies'])) needs.set(need.name, need);
  // What stands in both is optional.
  for (const need of plainNeeds(json['optionalDependencies'])) needs.set(need.name, { ...need, optional: true });
  return [...needs.values()];
}

function plainNeeds(value: unknown): Need[] {
  return textMembersOf(value)
    .slice(0, NEEDS)
    .filter(([name]) => isModuleName(name))
    .map(([name, range]) => ({ name, range: range.slice(0, SHORT) }));
}

/** `license` is an expression, or in old packages an object with `type`, or a list of these, also as `licenses`. */
function licencesOf(json: Readonly<Record<string, unknown>>): string[] | undefined {
  const said = json['license'] ?? json['licence'] ?? json['licenses'];
  const all = (Array.isArray(said) ? said : [said]).slice(0, 20).map((one) => {
    const licence = objectOf(one);
    return textOf(licence === undefined ? one : (licence['type'] ?? licence['name'] ?? licence['url']), 4000);
  });
  return someOf(all.filter((one) => one !== undefined));
}

/** `Name <address>` */
function personOf(value: unknown): string | undefined {
  const person = objectOf(value);
  if (person === undefined) return textOf(value, SHORT);
  const name = textOf(person['name'], SHORT);
  const email = textOf(person['email'], SHORT);
  return email === undefined ? name : name === undefined ? email : `${name} <${email}>`;
}

function someOf<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends object>(facts: T): Given<T> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Given<T>;
}
