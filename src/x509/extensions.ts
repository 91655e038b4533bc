// What a certificate's extensions allow it (RFC 5280, 4.2.1).
import type { Certificate } from './certificate.ts';
import { DerList, partsOf, readDer, tags } from './der.ts';
import { booleanOf, hasBit, oidOf, smallIntegerOf } from './values.ts';

export const extensionIds = {
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Key purposes of the extension ExtKeyUsage (4.2.1.12). */
export const purposes = {
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  any: '2.5.29.37.0',
} as const;

/** What may be critical, for this program looks at it or is not concerned: names, key identifiers, policies. */
const UNDERSTOOD = new Set([...Object.values(extensionIds), '2.5.29.17', '2.5.29.14', '2.5.29.35', '2.5.29.32']);
const NAME_CONSTRAINTS = '2.5.29.30';

/** The extension that forbids to use a certificate here, by its identifier; name constraints are not understood at all. */
export function forbiddingExtension({ extensions }: Certificate): string | undefined {
  for (const { oid, critical } of extensions.values()) {
    if ((critical && !UNDERSTOOD.has(oid)) || oid === NAME_CONSTRAINTS) return oid;
  }
  return undefined;
}

export interface BasicConstraints {
  readonly ca: boolean;
  /** How many intermediate authorities may follow; `undefined` for any number. */
  readonly pathLength: number | undefined;
}

/** @throws Fault `x509/malformed` */
export function basicConstraints({ extensions }: Certificate): BasicConstraints {
  const extension = extensions.get(extensionIds.basicConstraints);
  if (extension === undefined) return { ca: false, pathLength: undefined };
  const fields = new DerList(readDer(extension.value, 'the basic constraints'));
  const ca = fields.optional(tags.boolean);
  const length = fields.optional(tags.integer);
  fields.end();
  return {
    ca: ca !== undefined && booleanOf(ca),
    pathLength: length === undefined ? undefined : smallIntegerOf(length),
  };
}

/** Bits of the extension KeyUsage (4.2.1.3). */
export const keyUsages = {
  digitalSignature: 0,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
} as const;

/** Whether the key may be used so; without the extension for anything. @throws Fault `x509/malformed` */
export function allowsUsage({ extensions }: Certificate, usage: keyof typeof keyUsages): boolean {
  const extension = extensions.get(extensionIds.keyUsage);
  return extension === undefined || hasBit(readDer(extension.value, 'the key usage'), keyUsages[usage]);
}

/** The purposes, `undefined` without the extension. @throws Fault `x509/malformed` */
export function purposesOf({ extensions }: Certificate): readonly string[] | undefined {
  const extension = extensions.get(extensionIds.extendedKeyUsage);
  if (extension === undefined) return undefined;
  return partsOf(readDer(extension.value, 'the key purposes')).map(oidOf);
}
