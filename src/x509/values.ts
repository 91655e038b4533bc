// Values of DER elements (X.690, 8 and 11): numbers, names of things, times, strings of bits and octets.
import { type Der, malformed, tagged, tags } from './der.ts';

/** An object identifier in dotted form: `1.2.840.113549`. @throws Fault `x509/malformed` */
export function oidOf(der: Der): string {
  const { content, what } = tagged(der, tags.oid);
  if (content.length === 0 || content.length > 64)
    throw malformed(what, 'an object identifier has no plausible length');
  const arcs: bigint[] = [];
  let arc = 0n;
  let fresh = true;
  for (const byte of content) {
    if (fresh && byte === 0x80) throw malformed(what, 'an object identifier is padded');
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    fresh = byte < 0x80;
    if (!fresh) continue;
    arcs.push(arc);
    arc = 0n;
  }
  if (!fresh) throw malformed(what, 'an object identifier is cut short');
  const [joint = 0n, ...rest] = arcs;
  const first = joint < 80n ? joint / 40n : 2n;
  return [first, joint - first * 40n, ...rest].join('.');
}

/** The bytes of an integer, two's complement, as short as it can be. @throws Fault `x509/malformed` */
export function integerOf(der: Der): Buffer {
  const { content, what } = tagged(der, tags.integer);
  const [first, second] = content;
  if (first === undefined) throw malformed(what, 'an integer is empty');
  const padded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (padded) throw malformed(what, 'an integer is padded');
  return content;
}

/** An integer from 0 to 2^31 - 1. @throws Fault `x509/malformed` */
export function smallIntegerOf(der: Der): number {
  const content = integerOf(der);
  if (content.length > 4 || content.readUInt8(0) >= 0x80) throw malformed(der.what, 'an integer is out of range');
  return content.readUIntBE(0, content.length);
}

/** @throws Fault `x509/malformed` */
export function booleanOf(der: Der): boolean {
  const { content, what } = tagged(der, tags.boolean);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed(what, 'a boolean is not DER');
  return content[0] === 0xff;
}

/** The bytes of a bit string of whole bytes. @throws Fault `x509/malformed` */
export function bitsOf(der: Der): Buffer {
  const { content, what } = tagged(der, tags.bitString);
  if (content[0] !== 0) throw malformed(what, 'a bit string has no whole bytes');
  return content.subarray(1);
}

/** Whether a named bit is set, counted from the first (X.680, 22.7). @throws Fault `x509/malformed` */
export function hasBit(der: Der, bit: number): boolean {
  const { content, what } = tagged(der, tags.bitString);
  const unused = content[0];
  if (unused === undefined || unused > 7) throw malformed(what, 'a bit string is not DER');
  return ((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0;
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/;

/**
 * A UTCTime or GeneralizedTime in UTC, in seconds since 1970, a fraction kept (RFC 5280, 4.1.2.5; RFC 3161, 2.4.2).
 * @throws Fault `x509/malformed`, also for a day or hour that there is not
 */
export function timeOf(der: Der): number {
  const text = der.content.toString('latin1');
  const fields = (der.tag === tags.utcTime ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (fields === null || (der.tag !== tags.utcTime && der.tag !== tags.generalizedTime)) {
    throw malformed(der.what, 'a time is not DER');
  }
  const [written = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.slice(1, 7).map(Number);
  const year = der.tag === tags.utcTime ? written + (written < 50 ? 2000 : 1900) : written;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  if (!same || minute > 59 || second > 59) throw malformed(der.what, 'a time is none of the calendar');
  return date.getTime() / 1000 + Number(`0.${fields[7] ?? '0'}`);
}
