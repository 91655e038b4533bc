// The same things in the words of SPDX 2.3 and of CycloneDX.
import type { Agent, Property } from './types.ts';

/** CycloneDX's and the graph's spelling of a hash algorithm → SPDX 2.3's (8.4, annex of the schema). */
const ALGORITHMS: readonly (readonly [string, string])[] = [
  ['MD5', 'MD5'],
  ['SHA-1', 'SHA1'],
  ['SHA-256', 'SHA256'],
  ['SHA-384', 'SHA384'],
  ['SHA-512', 'SHA512'],
  ['SHA3-256', 'SHA3-256'],
  ['SHA3-384', 'SHA3-384'],
  ['SHA3-512', 'SHA3-512'],
  ['BLAKE2b-256', 'BLAKE2b-256'],
  ['BLAKE2b-384', 'BLAKE2b-384'],
  ['BLAKE2b-512', 'BLAKE2b-512'],
  ['BLAKE3', 'BLAKE3'],
  ['SHA-224', 'SHA224'],
  ['MD2', 'MD2'],
  ['MD4', 'MD4'],
  ['MD6', 'MD6'],
  ['ADLER32', 'ADLER32'],
];
const toSpdxAlgorithm = new Map(ALGORITHMS);
const fromSpdxAlgorithm = new Map(ALGORITHMS.map(([graph, spdx]) => [spdx.toUpperCase(), graph]));

/** `undefined` for one that SPDX does not know. */
export function spdxAlgorithm(name: string): string | undefined {
  return toSpdxAlgorithm.get(name);
}

export function graphAlgorithm(spdx: string): string {
  return fromSpdxAlgorithm.get(spdx.toUpperCase()) ?? spdx;
}

/** The algorithms that CycloneDX 1.6 knows (schema, `hash-alg`). */
export const CYCLONEDX_ALGORITHMS: ReadonlySet<string> = new Set(ALGORITHMS.slice(0, 12).map(([name]) => name));

/** Component types of CycloneDX that are a primary purpose of SPDX 2.3 (7.24), in its spelling. */
const PURPOSES: readonly (readonly [string, string])[] = [
  ['application', 'APPLICATION'],
  ['framework', 'FRAMEWORK'],
  ['library', 'LIBRARY'],
  ['container', 'CONTAINER'],
  ['operating-system', 'OPERATING_SYSTEM'],
  ['device', 'DEVICE'],
  ['firmware', 'FIRMWARE'],
  ['file', 'FILE'],
  ['source', 'SOURCE'],
  ['archive', 'ARCHIVE'],
  ['install', 'INSTALL'],
  ['other', 'OTHER'],
];
const toPurpose = new Map(PURPOSES);
const fromPurpose = new Map(PURPOSES.map(([type, purpose]) => [purpose, type]));

/** `undefined` for a type that SPDX has no purpose for. */
export function spdxPurpose(type: string): string | undefined {
  return toPurpose.get(type);
}

export function typeOfPurpose(purpose: string): string {
  return fromPurpose.get(purpose.replaceAll('-', '_')) ?? 'other';
}

/** SPDX 2.3, 6.8 and 7.5: `Person: NAME (MAIL)`, `Organization: …`, `Tool: NAME-VERSION`; `undefined` for `NOASSERTION`. */
export function readAgent(text: string | undefined): Agent | undefined {
  if (text === undefined || text === 'NOASSERTION') return undefined;
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0)).toLowerCase();
  const rest = text.slice(colon + 1).trim();
  if (kind === 'tool') return { kind, name: rest };
  if (kind !== 'person' && kind !== 'organization') return named('organization', text);
  const open = rest.lastIndexOf('(');
  if (open < 0 || !rest.endsWith(')')) return { kind, name: rest };
  const email = rest.slice(open + 1, -1);
  return { kind, name: rest.slice(0, open).trimEnd(), email: email === '' ? undefined : email };
}

export function agentText({ kind, name, email, version }: Agent): string {
  if (kind === 'tool') return `Tool: ${version === undefined ? name : `${name}-${version}`}`;
  // An empty pair says that the name's own end is no mail address.
  const mail = email === undefined ? (name.endsWith(')') ? ' ()' : '') : ` (${email})`;
  return `${kind === 'person' ? 'Person' : 'Organization'}: ${name}${mail}`;
}

/** `A Person <a@example.org>`, as packages name their maintainers; of any other text all is the name. */
export function named(kind: Agent['kind'], text: string): Agent {
  const open = text.lastIndexOf('<');
  if (open < 0) return { kind, name: text };
  const agent = { kind, name: text.slice(0, open).trimEnd(), email: text.slice(open + 1, -1) };
  return maintainerText(agent) === text && agent.email.includes('@') ? agent : { kind, name: text };
}

export function maintainerText({ name, email }: Agent): string {
  if (email === undefined) return name;
  return name === '' ? `<${email}>` : `${name} <${email}>`;
}

/** The text of an SPDX annotation that holds a property; SPDX 2 has no properties. */
export function propertyText({ name, value }: Property): string {
  return `property ${name.replaceAll('%', '%25').replaceAll('=', '%3D')}=${value}`;
}

/** Reads {@link propertyText} back; `undefined` for any other text. */
export function readPropertyText(text: string): Property | undefined {
  const equals = text.indexOf('=');
  if (!text.startsWith('property ') || equals < 0) return undefined;
  const name = text.slice('property '.length, equals).replaceAll('%3D', '=').replaceAll('%25', '%');
  return { name, value: text.slice(equals + 1) };
}

/** Relations that say that one needs another when it runs, CycloneDX's `dependsOn`: which end needs the other. */
export const NEEDS: ReadonlyMap<string, 'from' | 'to'> = new Map([
  ['DEPENDS_ON', 'from'],
  ['DEPENDENCY_OF', 'to'],
  ['RUNTIME_DEPENDENCY_OF', 'to'],
  ['DYNAMIC_LINK', 'from'],
  ['STATIC_LINK', 'from'],
]);
