// Signatures and attestations in cosign's legacy forms, of the small world of Sigstore.
import { sign } from 'node:crypto';
import { type LayerToWrite, layerOf, readLayer } from '../../src/cosign/layer.ts';
import { simpleSigningBytes } from '../../src/cosign/payload.ts';
import type { LegacySignature } from '../../src/cosign/types.ts';
import { logEntryOf, promiseText } from '../../src/cosign/witnesses.ts';
import { preAuthEncoding } from '../../src/dsse/envelope.ts';
import { statementAbout, statementBytes, STATEMENT_PAYLOAD_TYPE, statementTypes } from '../../src/intoto/statement.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { FakeKey } from './authority.ts';
import { SIGNED, type World } from './bundles.ts';
import { hashedRekord } from './log.ts';

export const REPOSITORY = 'registry.example/acme/app';
export const PREDICATE_TYPE = 'https://x.example/p';

export interface LegacyParts {
  readonly digest: Digest;
  readonly key: FakeKey;
  /** DER. */
  readonly certificate?: Buffer | undefined;
  /** Unless given, what is right. */
  readonly payload?: Buffer | undefined;
  /** What is signed instead of the payload. */
  readonly message?: Buffer | undefined;
  /** What the log is told instead. */
  readonly body?: Buffer | undefined;
  /** When the log promises. */
  readonly promised?: number | undefined;
  /** When the authority stamps; never unless given. */
  readonly stamped?: number | undefined;
}

/** A signature of an image, logged and promised. */
export function legacySignature(world: World, parts: LegacyParts): LegacySignature {
  const { digest } = parts;
  const payload = parts.payload ?? simpleSigningBytes({ reference: REPOSITORY, digest, optional: {} });
  const message = parts.message ?? payload;
  const signature = sign('sha256', message, parts.key.privateKey);
  return through({ kind: 'signature', payload, signature, ...witnessed(world, parts, message, signature) });
}

/** An attestation about an image, logged and promised. */
export function legacyAttestation(world: World, parts: LegacyParts): LegacySignature {
  const statement = { ...statementAbout(parts, PREDICATE_TYPE, { a: 1 }), _type: statementTypes.v01 };
  const payload = parts.payload ?? statementBytes(statement);
  const message = preAuthEncoding(STATEMENT_PAYLOAD_TYPE, parts.message ?? payload);
  const signature = sign('sha256', message, parts.key.privateKey);
  const envelope = {
    payloadType: STATEMENT_PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: '', sig: signature.toString('base64') }],
  };
  return through({
    kind: 'attestation',
    payload: Buffer.from(JSON.stringify(envelope)),
    predicateType: PREDICATE_TYPE,
    ...witnessed(world, parts, message, signature),
  });
}

function witnessed(world: World, parts: LegacyParts, message: Buffer, signature: Buffer) {
  const { certificate, key, promised = SIGNED, stamped } = parts;
  const verifier = certificate === undefined ? { key: key.spki } : { certificate };
  const index = world.log.add(parts.body ?? hashedRekord(message, signature, verifier));
  return {
    certificate,
    logEntry: logEntryOf(promiseText(world.log.entry(index, { promised })) ?? ''),
    timestamp: stamped === undefined ? undefined : world.tsa.stamp(signature, stamped),
  };
}

/** As it is read. */
function through(layer: LayerToWrite & { readonly payload: Buffer }): LegacySignature {
  return readLayer(layerOf(layer), layer.payload);
}
