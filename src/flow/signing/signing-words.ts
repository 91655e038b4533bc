// What the command line says of a signature, as what is signed.
import { Fault } from '../../lib/faults.ts';

const MOST_WORDS = 100;

/** `NAME=VALUE` words of a signer. @throws Fault `option/annotation` */
export function annotationsOf(texts: readonly string[]): Record<string, string> {
  if (texts.length > MOST_WORDS) throw bad(`There are more than ${MOST_WORDS} annotations.`);
  const words = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw bad(`"${text.slice(0, 100)}" is no annotation.`);
    const name = text.slice(0, at);
    // Readers of JSON do not agree about names that differ in their case alone.
    const same = [...words.keys()].find((other) => other.toLowerCase() === name.toLowerCase());
    if (same !== undefined) throw bad(`The annotation ${name.slice(0, 100)} is given twice.`);
    words.set(name, text.slice(at + 1));
  }
  return Object.fromEntries(words);
}

function bad(sentence: string): Fault {
  return new Fault('option/annotation', sentence, 'Write NAME=VALUE, each name once.');
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/**
 * When a signature expires, seconds since 1970: `720h`, `30d`, `2027-01-31`, `2027-01-31T12:00:00Z`.
 * @param now seconds since 1970
 * @throws Fault `option/expiry`
 */
export function expiryOf(text: string, now: number): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time =
    count === undefined
      ? /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?$/.test(text)
        ? Date.parse(text) / 1000
        : Number.NaN
      : now + Number(count) * (UNITS[unit] ?? 0);
  if (Number.isFinite(time) && time > now) return Math.floor(time);
  throw new Fault(
    'option/expiry',
    `"${text.slice(0, 100)}" is no time to come.`,
    'Write it as in 30d, 720h, 2027-01-31 or 2027-01-31T12:00:00Z.',
  );
}
