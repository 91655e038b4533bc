// SBOMs inside attestations: in-toto statements, DSSE envelopes and Sigstore bundles. Nothing is verified.
import { decodeBase64 } from '../dsse/base64.ts';
import { parseJson } from '../lib/json.ts';
import { isObject, type JsonObject, malformed } from './graph/members.ts';
import type { BomDocument } from './types.ts';

export interface Unwrapped {
  readonly content: JsonObject;
  readonly wrapped: BomDocument['wrapped'];
}

/** @throws Fault `sbom/malformed`, `json/malformed` */
export function unwrap(value: JsonObject, name: string): Unwrapped {
  const { dsseEnvelope } = value;
  if (isObject(dsseEnvelope)) return { ...unwrapEnvelope(dsseEnvelope, name), wrapped: 'sigstore' };
  if (typeof value['payloadType'] === 'string' && typeof value['payload'] === 'string')
    return { ...unwrapEnvelope(value, name), wrapped: 'dsse' };
  const type = value['_type'];
  if (typeof type !== 'string' || !type.startsWith('https://in-toto.io/Statement/'))
    return { content: value, wrapped: undefined };
  const { predicate } = value;
  // Cosign before 2.0 put the document into a member of its predicate.
  const inner = isObject(predicate) && predicate['Data'] !== undefined ? predicate['Data'] : predicate;
  const content = typeof inner === 'string' ? parseJson(inner, `the predicate of ${name}`) : inner;
  if (!isObject(content)) throw malformed(`The predicate of ${name} is no object`);
  return { content, wrapped: 'in-toto' };
}

function unwrapEnvelope(envelope: JsonObject, name: string): Unwrapped {
  const payload = typeof envelope['payload'] === 'string' ? decodeBase64(envelope['payload']) : undefined;
  if (payload === undefined) throw malformed(`The payload of ${name} is no base64`);
  const statement = parseJson(payload, `the payload of ${name}`);
  if (!isObject(statement)) throw malformed(`The payload of ${name} is no object`);
  const { content } = unwrap(statement, name);
  return { content, wrapped: 'dsse' };
}
