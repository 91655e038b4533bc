// What stands under the signature, the same rules for both formats (signature-specification, Signed Attributes).
import { headers, malformed, type NotaryEnvelope, type SigningScheme } from './types.ts';

/** The protected headers of an envelope, as its format writes them. */
export interface ProtectedHeaders {
  readonly algorithm: unknown;
  readonly contentType: unknown;
  /** The names of critical headers. */
  readonly critical: unknown;
  /** Headers by name, all but those above. */
  readonly named: ReadonlyMap<number | string, unknown>;
  /** Reads a time in seconds since 1970; `undefined` where it is none. */
  readonly time: (value: unknown) => number | undefined;
}

type Attributes = Pick<
  NotaryEnvelope,
  'algorithm' | 'contentType' | 'scheme' | 'signingTime' | 'expiry' | 'plugin' | 'unknownCritical'
>;

/** The latest moment that a date can name, in seconds since 1970. */
export const LATEST = 253_402_300_799;

const UNDERSTOOD: ReadonlySet<number | string> = new Set([
  headers.scheme,
  headers.signingTime,
  headers.authenticSigningTime,
  headers.expiry,
  headers.plugin,
  headers.pluginVersion,
]);

/** Headers that count only under the signature. */
export const SIGNED_ONLY: readonly (number | string)[] = [
  headers.scheme,
  headers.signingTime,
  headers.authenticSigningTime,
  headers.expiry,
  headers.plugin,
  headers.pluginVersion,
];

/**
 * The attributes that both formats share. Times that belong to the other scheme, critical headers that are not there or are not
 * marked so, and an expiry before the signature are refused.
 * @throws Fault `notary/malformed`
 */
export function attributesOf({ algorithm, contentType, critical, named, time }: ProtectedHeaders): Attributes {
  const names = criticalNames(critical, named);
  const scheme = named.get(headers.scheme);
  if (!isScheme(scheme)) throw malformed(`its signing scheme is ${shown(scheme)}`);
  const timeAt = (name: string): number | undefined => {
    if (!named.has(name)) return undefined;
    const seconds = time(named.get(name));
    if (seconds === undefined || seconds < 0 || seconds > LATEST) throw malformed(`${name} is no time`);
    return seconds;
  };
  const vouched = scheme === 'notary.x509.signingAuthority';
  const [due, other] = vouched
    ? [headers.authenticSigningTime, headers.signingTime]
    : [headers.signingTime, headers.authenticSigningTime];
  if (named.has(other)) throw malformed(`${other} does not belong into the scheme ${scheme}`);
  const signingTime = timeAt(due);
  if (signingTime === undefined) throw malformed(`${due} is missing`);
  const expiry = timeAt(headers.expiry);
  if (expiry !== undefined && expiry <= signingTime) throw malformed('it expires before it was made');
  const mustBeCritical = [headers.scheme, headers.expiry, headers.authenticSigningTime, headers.plugin];
  const unmarked = mustBeCritical.find((name) => named.has(name) && !names.has(name));
  if (unmarked !== undefined) throw malformed(`${unmarked} is not marked as critical`);
  return {
    algorithm: textOf(algorithm, 'the algorithm'),
    contentType: textOf(contentType, 'the content type'),
    scheme,
    signingTime,
    expiry,
    plugin: pluginOf(named),
    unknownCritical: [...names].filter((name) => !UNDERSTOOD.has(name)).map(String),
  };
}

function criticalNames(critical: unknown, named: ReadonlyMap<number | string, unknown>): ReadonlySet<number | string> {
  if (!Array.isArray(critical) || critical.length === 0) throw malformed('it names no critical headers');
  const names = new Set<number | string>();
  for (const name of critical as unknown[]) {
    if (typeof name !== 'string' && typeof name !== 'number') throw malformed('the name of a critical header is none');
    if (names.has(name)) throw malformed(`the critical header ${shown(name)} is named twice`);
    if (!named.has(name)) throw malformed(`the critical header ${shown(name)} is not under the signature`);
    names.add(name);
  }
  return names;
}

function pluginOf(named: ReadonlyMap<number | string, unknown>): string | undefined {
  if (named.has(headers.plugin)) return textOf(named.get(headers.plugin), 'the name of its plugin');
  if (named.has(headers.pluginVersion)) throw malformed('it has the version of a plugin, and no plugin');
  return undefined;
}

function isScheme(value: unknown): value is SigningScheme {
  return value === 'notary.x509' || value === 'notary.x509.signingAuthority';
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw malformed(`${what} is missing or no text`);
  return value.slice(0, 200);
}

/** For messages. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 100) : 'no text';
}
