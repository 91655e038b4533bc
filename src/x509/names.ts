// Distinguished names (RFC 5280, 4.1.2.4) and alternative names (4.2.1.6).
import type { Certificate } from './certificate.ts';
import { DerList, partsOf, readDer, tags } from './der.ts';
import { oidOf } from './values.ts';

const SHORT: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

export interface NameAttribute {
  /** The short name of RFC 4514, 3 where it has one, else the object identifier. */
  readonly type: string;
  readonly value: string;
}

/** The attributes of a name in their order. @throws Fault `x509/malformed` */
export function nameAttributes(name: Buffer): NameAttribute[] {
  return partsOf(readDer(name, 'the name')).flatMap((set) =>
    partsOf(set).map((attribute) => {
      const fields = new DerList(attribute);
      const oid = oidOf(fields.next(tags.oid));
      const { tag, content } = fields.any();
      const value =
        tag === 0x1e
          ? Buffer.from(content.subarray(0, content.length & ~1))
              .swap16()
              .toString('utf16le')
          : content.toString('utf8');
      return { type: SHORT[oid] ?? oid, value };
    }),
  );
}

/** `CN=…, O=…` as it stands there; control characters as `?`. Empty for a name that cannot be read. */
export function nameText(name: Buffer): string {
  try {
    const parts = nameAttributes(name).map(({ type, value }) => `${type}=${printable(value)}`);
    return parts.join(', ').slice(0, 300);
  } catch {
    return '';
  }
}

/** A text of somebody else's on one line. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

export interface AlternativeName {
  readonly kind: 'email' | 'dns' | 'uri' | 'other';
  readonly value: string;
}

const KINDS: Readonly<Record<number, AlternativeName['kind']>> = { 0x81: 'email', 0x82: 'dns', 0x86: 'uri' };
/** An account name that is no mail address (Fulcio, docs/oid-info.md). */
const FULCIO_OTHER_NAME = '1.3.6.1.4.1.57264.1.7';
const OTHER_NAME = 0xa0;

/**
 * The mail addresses, hosts, URIs and Fulcio's account names of the extension SubjectAltName; other kinds are left out.
 * @throws Fault `x509/malformed`
 */
export function alternativeNames({ extensions }: Certificate): AlternativeName[] {
  const extension = extensions.get('2.5.29.17');
  if (extension === undefined) return [];
  return partsOf(readDer(extension.value, 'the alternative name')).flatMap((part): AlternativeName[] => {
    const kind = KINDS[part.tag];
    if (kind !== undefined) return [{ kind, value: part.content.toString('utf8') }];
    if (part.tag !== OTHER_NAME) return [];
    const fields = new DerList(part, OTHER_NAME);
    if (oidOf(fields.next(tags.oid)) !== FULCIO_OTHER_NAME) return [];
    const [value] = partsOf(fields.next(OTHER_NAME));
    return value?.tag === tags.utf8 ? [{ kind: 'other', value: value.content.toString('utf8') }] : [];
  });
}
