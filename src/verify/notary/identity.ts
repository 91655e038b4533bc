// Whose certificate is trusted, by the subject's name (trust-store-trust-policy, Trusted Identities Constraints).
import { Fault } from '../../lib/faults.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { nameAttributes } from '../../x509/names.ts';

/** What a subject's name must have: each attribute with exactly this value. Names as RFC 4514, 3 has them, in upper case. */
export type NotaryIdentity = ReadonlyMap<string, string>;

const PREFIX = 'x509.subject:';
const NEEDED = ['C', 'ST', 'O'];

/** Names that people write for attributes that certificates are read with by their identifiers. */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  S: 'ST',
  SERIALNUMBER: '2.5.4.5',
  STREET: '2.5.4.9',
  POSTALCODE: '2.5.4.17',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
};

/**
 * Reads identities such as `x509.subject: C=US, ST=WA, O=Example`. A comma, semicolon or backslash of a value stands behind a
 * backslash, a space at its ends, too.
 * @throws Fault `notary/identity` for one that is malformed, lacks C, ST or O, or covers a name that another covers, too
 */
export function parseIdentities(texts: readonly string[]): NotaryIdentity[] {
  const identities = texts.map(parseIdentity);
  for (const [index, one] of identities.entries()) {
    const twin = identities.findIndex((other, at) => at > index && overlap(one, other));
    if (twin !== -1) throw identityFault(texts[index] ?? '', `it overlaps with "${(texts[twin] ?? '').slice(0, 200)}"`);
  }
  return identities;
}

function parseIdentity(text: string): NotaryIdentity {
  if (!text.startsWith(PREFIX)) throw identityFault(text, `it does not begin with ${PREFIX}`);
  const identity = new Map<string, string>();
  for (const part of splitUnescaped(text.slice(PREFIX.length))) {
    const at = part.indexOf('=');
    const written = part.slice(0, Math.max(at, 0)).trim().toUpperCase();
    const type = IDENTIFIERS[written] ?? written;
    const value = unescaped(part.slice(at + 1), text);
    if (!/^(?:[A-Z]+|\d+(?:\.\d+)+)$/.test(type) || value === '')
      throw identityFault(text, 'a part of it is no NAME=VALUE');
    if (identity.has(type)) throw identityFault(text, `it has ${type} twice`);
    identity.set(type, value);
  }
  const missing = NEEDED.find((type) => !identity.has(type));
  if (missing !== undefined) throw identityFault(text, `it does not say ${missing}`);
  return identity;
}

/** At commas without a backslash before them. */
function splitUnescaped(text: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === ',') parts.push('');
    else parts[parts.length - 1] += c === '\\' ? c + text.charAt(++at) : c;
  }
  return parts;
}

function unescaped(written: string, whole: string): string {
  let value = '';
  // How much of the value is not white space at its end.
  let end = 0;
  for (let at = 0; at < written.length; at++) {
    const c = written.charAt(at);
    if (c === '+' || c === ';') throw identityFault(whole, `${c} stands in it without a backslash`);
    if (c !== '\\') {
      if (c === ' ' && value === '') continue;
      value += c;
      if (c !== ' ') end = value.length;
      continue;
    }
    const next = written.charAt(++at);
    if (!/^[,;\\+"<>#= ]$/.test(next)) throw identityFault(whole, 'a backslash in it escapes nothing that needs it');
    value += next;
    end = value.length;
  }
  return value.slice(0, end);
}

/** Whether a certificate may exist that both cover. */
function overlap(one: NotaryIdentity, other: NotaryIdentity): boolean {
  return [...one].every(([type, value]) => (other.get(type) ?? value) === value);
}

/**
 * Whether one of the identities is the certificate's. An attribute that the subject's name has twice is none's.
 * @throws Fault `x509/malformed`
 */
export function isTrustedIdentity(certificate: Certificate, identities: readonly NotaryIdentity[]): boolean {
  const attributes = Map.groupBy(nameAttributes(certificate.subject), ({ type }) => type);
  return identities.some((identity) =>
    [...identity].every(([type, value]) => {
      const values = attributes.get(type) ?? [];
      return values.length === 1 && values[0]?.value === value;
    }),
  );
}

function identityFault(text: string, problem: string): Fault {
  return new Fault(
    'notary/identity',
    `The trusted identity "${text.slice(0, 200)}" cannot be used: ${problem}.`,
    'Write it as `x509.subject: C=US, ST=WA, O=Example`; C, ST and O are needed.',
  );
}
