// A CycloneDX document of one version as one of another.
import type { CycloneDxVersion } from './types.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Members that 1.7 has and 1.6 has not, wherever they stand. */
const SINCE_17: ReadonlySet<string> = new Set([
  'citations',
  'distributionConstraints',
  'versionRange',
  'isExternal',
  'patentAssertions',
  'expressionDetails',
  'algorithmFamily',
  'ellipticCurve',
  'certificateFileExtension',
  'certificateState',
  'creationDate',
  'activationDate',
  'deactivationDate',
  'revocationDate',
  'destructionDate',
  'certificateExtensions',
  'relatedCryptographicAssets',
  'fingerprint',
  'tlsGroups',
  'tlsSignatureSchemes',
]);
const CERTIFICATE_SINCE_17: ReadonlySet<string> = new Set([...SINCE_17, 'serialNumber']);
const REFERENCES_SINCE_17: ReadonlySet<unknown> = new Set(['patent', 'patent-family', 'patent-assertion', 'citation']);
const PROTOCOLS_SINCE_17: ReadonlySet<unknown> = new Set([
  'dtls',
  'quic',
  'eap-aka',
  'eap-aka-prime',
  'prins',
  '5g-aka',
]);

/** What a document of another version becomes. */
const MEMBERS: ReadonlyMap<unknown, (members: JsonObject, version: CycloneDxVersion) => JsonObject> = new Map([
  ['1.4', (members: JsonObject) => newer(members, '') as JsonObject],
  ['1.5', (members: JsonObject) => newer(members, '') as JsonObject],
  [
    '1.7',
    (members: JsonObject, version: CycloneDxVersion) =>
      version === '1.6' ? (older(members, '') as JsonObject) : members,
  ],
]);

/** Until 1.5 a property may lack its name, until 1.4 a component may have several expressions. */
function newer(value: unknown, place: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => newer(item, place));
    return place === 'licenses' ? olderLicences(items) : items;
  }
  if (typeof value !== 'object' || value === null || place === 'signature') return value;
  const members = Object.entries(value).map(([name, member]) => [name, newer(member, name)] as const);
  const isProperty = place === 'properties' || place === 'environmentVars';
  const named = isProperty && !Object.hasOwn(value, 'name') ? [['name', ''] as const, ...members] : members;
  return Object.fromEntries(named);
}

/** What 1.4 to 1.6 say stands in later versions as it is; what is new in 1.7 is left out of a 1.6 document. */
export function asVersion(document: JsonObject, version: CycloneDxVersion): JsonObject {
  if (document['specVersion'] === version) return document;
  const { $schema: _, bomFormat: __, specVersion: ___, ...rest } = document;
  const members = MEMBERS.get(document['specVersion'])?.(rest, version) ?? rest;
  return {
    $schema: `http://cyclonedx.org/schema/bom-${version}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion: version,
    ...members,
  };
}

/** @param place the name of the member that the value stands in; depth is bounded by what was parsed */
function older(value: unknown, place: string): unknown {
  if (Array.isArray(value)) return olderList(value, place);
  if (typeof value !== 'object' || value === null) return value;
  // Texts of people and of other programs are none of ours.
  if (place === 'signature' || place === 'properties') return value;
  const gone = place === 'certificateProperties' ? CERTIFICATE_SINCE_17 : SINCE_17;
  const kept = Object.entries(value).filter(([name]) => !gone.has(name));
  return Object.fromEntries(
    kept.flatMap(([name, member]) => {
      const known = olderMember(place, name, member);
      return known === undefined ? [] : [[name, known] as const];
    }),
  );
}

function olderMember(place: string, name: string, member: unknown): unknown {
  const isReference = place === 'externalReferences' || place === 'externalReference';
  if (isReference && name === 'properties') return undefined;
  if (isReference && name === 'type' && REFERENCES_SINCE_17.has(member)) return 'other';
  if (place === 'definitions' && name === 'patents') return undefined;
  if (place === 'algorithmProperties' && name === 'primitive' && member === 'key-wrap') return 'other';
  if (place === 'protocolProperties' && name === 'type' && PROTOCOLS_SINCE_17.has(member)) return 'other';
  if (place === 'ikev2TransformTypes' && Array.isArray(member) && member.some((one) => typeof one === 'object'))
    return undefined;
  return older(member, name);
}

function olderList(list: readonly unknown[], place: string): unknown[] {
  const items = list.map((item) => older(item, place));
  if (place === 'hashes') return items.filter((hash) => !String((hash as JsonObject)['alg']).startsWith('Streebog'));
  return place === 'licenses' ? olderLicences(items) : items;
}

// Until 1.6 there is either one expression or a list of licences.
function olderLicences(choices: readonly unknown[]): unknown[] {
  const list = choices.filter((choice): choice is JsonObject => typeof choice === 'object' && choice !== null);
  const expressions = list.filter((choice) => choice['expression'] !== undefined);
  if (expressions.length === 0) return list;
  const [first, ...more] = expressions;
  if (first !== undefined && list.length === 1) {
    // 1.7 has more beside an expression.
    const { expression, acknowledgement, 'bom-ref': ref } = first;
    const named = { expression, acknowledgement, 'bom-ref': ref };
    return [Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))];
  }
  const declared = [first, ...more].find((choice) => choice?.['acknowledgement'] === 'declared');
  if (declared !== undefined && expressions.length === list.length)
    return [{ expression: declared['expression'], acknowledgement: 'declared' }];
  const terms = list.flatMap((choice) => {
    const licence = choice['license'] as JsonObject | undefined;
    const term = choice['expression'] ?? licence?.['id'] ?? licence?.['name'];
    return typeof term === 'string' ? [term] : [];
  });
  return [{ expression: terms.map((term) => (/ OR /i.test(term) ? `(${term})` : term)).join(' AND ') }];
}
