// Whose certificate it is: the name that Fulcio or another authority wrote into it, and who vouched for that.
import { type Certificate, certificateName } from '../../x509/certificate.ts';
import type { Expression } from '../../lib/expression.ts';
import { type FulcioClaims, fulcioClaims, oidcIssuer } from '../../x509/fulcio.ts';
import { alternativeNames, printable } from '../../x509/names.ts';

/**
 * A text, exactly; or a pattern that covers the whole text, in which `*` stands for one or more characters but none of
 * `/ @ % ? # \` and white space: it never reaches into another segment; or a regular expression that covers the whole text.
 */
export type TextMatch = { readonly exact: string } | { readonly pattern: string } | { readonly expression: Expression };

export interface TrustedIdentity {
  /** A mail address, URI or account. */
  readonly subject: TextMatch;
  /** The OIDC issuer. */
  readonly issuer: TextMatch;
  /** What else the certificate must say, each exactly; by the names of {@link FulcioClaims}. */
  readonly claims?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What a certificate says. */
export interface CertificateIdentity {
  /** Every alternative name; an authority vouches for each. */
  readonly subjects: readonly string[];
  /** `undefined` when there is none, or two that differ. */
  readonly issuer: string | undefined;
  readonly claims?: FulcioClaims | undefined;
}

/** @throws Fault `x509/malformed` */
export function identityOf(certificate: Certificate): CertificateIdentity {
  return {
    subjects: alternativeNames(certificate).map(({ value }) => value),
    issuer: oidcIssuer(certificate),
    claims: fulcioClaims(certificate),
  };
}

/** For people: `name (issuer)`. */
export function identityText(identity: CertificateIdentity, certificate: Certificate): string {
  const subject = identity.subjects[0] ?? certificateName(certificate);
  return `${printable(subject)} (${printable(identity.issuer ?? 'no issuer')})`.slice(0, 1000);
}

/** The first trusted identity that a certificate's identity is. */
export function matchingIdentity(
  identity: CertificateIdentity,
  trusted: readonly TrustedIdentity[],
): TrustedIdentity | undefined {
  return trusted.find(
    ({ subject, issuer, claims = {} }) =>
      identity.issuer !== undefined &&
      Object.entries(claims).every(([name, value]) => value === undefined || claimOf(identity, name) === value) &&
      matchesText(issuer, identity.issuer) &&
      identity.subjects.some((text) => matchesText(subject, text)),
  );
}

/** Whether a text is what the match says, compared by code unit. */
export function matchesText(match: TextMatch, text: string): boolean {
  if ('exact' in match) return match.exact === text;
  return 'expression' in match ? match.expression.matches(text) : matchesWhole(match.pattern, text);
}

function claimOf({ claims = {} }: CertificateIdentity, name: string): string | undefined {
  return Object.hasOwn(claims, name) ? claims[name as keyof FulcioClaims] : undefined;
}

const STOPS = /[/@%?#\\\s]/;

// One way through the text: each star takes as little as it must, and more only as long as it may.
function matchesWhole(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  let star: { p: number; t: number } | undefined;
  while (t < text.length) {
    const mayTake = !STOPS.test(text.charAt(t));
    if (pattern[p] === '*' && mayTake) {
      star = { p: p + 1, t: t + 1 };
      [p, t] = [star.p, star.t];
    } else if (pattern[p] !== '*' && pattern[p] === text[t]) [p, t] = [p + 1, t + 1];
    else if (star !== undefined && !STOPS.test(text.charAt(star.t))) {
      star = { p: star.p, t: star.t + 1 };
      [p, t] = [star.p, star.t];
    } else return false;
  }
  return p === pattern.length;
}
