// The signer's certificate: whose, issued by whom, shown to whom, valid when it signed.
import { isoTime } from '../../lib/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { type ChainProblem, findChain } from '../../x509/chain.ts';
import { purposes } from '../../x509/extensions.ts';
import { embeddedScts, isSctBy } from '../../x509/sct.ts';
import { inWindow, windowText } from '../../x509/window.ts';
import { identityText, matchingIdentity } from './identity.ts';
import type { Problem } from './problems.ts';
import type { BundleSigner, CheckList, WitnessedTime } from './question.ts';
import { unstopped } from './signature.ts';
import { inFuture } from './times.ts';
import type { Authority, BundleTrust } from './trust.ts';

type CertificateSigner = Extract<BundleSigner, { kind: 'certificate' }>;

/** Checks chain, validity at every established time, identity and the promises of certificate logs. */
export function checkCertificate(
  signer: CertificateSigner,
  times: readonly WitnessedTime[],
  trust: BundleTrust,
  now: number,
  list: CheckList,
): void {
  checkIdentity(signer, trust, list);
  try {
    const path = checkPath(signer, times, trust, list);
    if (path !== undefined) checkCertificateLogs(signer.certificate, path, trust, now, list);
  } catch (fault) {
    list.refuted('certificate', 'bundle-malformed', unstopped(fault));
  }
}

function checkIdentity({ identity, certificate }: CertificateSigner, trust: BundleTrust, list: CheckList): void {
  const text = identityText(identity, certificate);
  if (matchingIdentity(identity, trust.identities) !== undefined) list.established('identity', text);
  else if (trust.identities.length === 0)
    list.missing('identity', 'signer-untrusted', `no identity is trusted; it is ${text}`);
  else list.missing('identity', 'identity-other', `${text} is not trusted`);
}

/** The path to an authority; `undefined` when there is none at one of the times, or no time. */
function checkPath(
  { certificate, between }: CertificateSigner,
  times: readonly WitnessedTime[],
  { root }: BundleTrust,
  list: CheckList,
): readonly Certificate[] | undefined {
  if ([certificate, ...between].some(({ subject, issuer }) => subject.equals(issuer))) {
    list.refuted(
      'certificate',
      'certificate-root-in-bundle',
      'the bundle brings a root certificate, which nobody has to believe',
    );
    return undefined;
  }
  let path: readonly Certificate[] | undefined;
  // Every time that is established must be one at which it was valid.
  for (const { time, name } of times) {
    const verdict = pathAt(certificate, between, root.certificateAuthorities, time);
    if (!verdict.valid) {
      const reason = `${verdict.reason}; it signed at ${isoTime(time)}, says ${name}`;
      if (verdict.problem === 'certificate-untrusted') list.missing('certificate', verdict.problem, verdict.reason);
      else list.refuted('certificate', verdict.problem, reason);
      return undefined;
    }
    path = verdict.path;
  }
  if (path === undefined)
    list.missing('certificate', 'time-missing', 'no trusted log or timestamp says that it was valid when it signed');
  else list.established('certificate', 'issued by a trusted authority, and valid when it signed');
  return path;
}

const PROBLEMS: Readonly<Record<ChainProblem, Problem>> = {
  expired: 'certificate-expired',
  'not-yet-valid': 'certificate-not-yet-valid',
  purpose: 'certificate-unfit',
  constraint: 'certificate-unfit',
  untrusted: 'certificate-untrusted',
};

type PathVerdict =
  | { readonly valid: true; readonly path: readonly Certificate[] }
  | { readonly valid: false; readonly problem: Problem; readonly reason: string };

function pathAt(
  leaf: Certificate,
  between: readonly Certificate[],
  authorities: readonly Authority[],
  time: number,
): PathVerdict {
  let refusal: PathVerdict = {
    valid: false,
    problem: 'certificate-untrusted',
    reason: 'no trusted authority issued the certificate',
  };
  for (const { name, chain, validFor } of authorities) {
    const anchor = chain.at(-1);
    if (anchor === undefined) continue;
    const verdict = findChain({
      leaf,
      between: [...chain, ...between],
      anchors: [anchor],
      time,
      purpose: purposes.codeSigning,
    });
    if (verdict.valid && inWindow(time, validFor)) return verdict;
    if (verdict.valid) {
      const reason = `its authority ${name} is trusted ${windowText(validFor)}`;
      refusal = { valid: false, problem: 'authority-outside-window', reason };
    } else if (verdict.problem !== 'untrusted') {
      refusal = { valid: false, problem: PROBLEMS[verdict.problem], reason: verdict.reason };
    }
  }
  return refusal;
}

function checkCertificateLogs(
  certificate: Certificate,
  path: readonly Certificate[],
  { root, thresholds }: BundleTrust,
  now: number,
  list: CheckList,
): void {
  const issuer = path[1];
  if (thresholds.certificateLogs === 0) {
    list.notApplicable('certificate-log', 'no promise of a certificate log is asked for');
    return;
  }
  const logs = new Set<string>();
  for (const sct of issuer === undefined ? [] : embeddedScts(certificate)) {
    const known = root.certificateLogs.filter(
      ({ id, validFor }) => id.equals(sct.logId) && inWindow(sct.time, validFor),
    );
    if (known.length === 0) continue;
    if (inFuture(sct.time, now, 'certificate-log', list)) return;
    if (!known.some(({ spki }) => issuer !== undefined && isSctBy(spki, sct, certificate, issuer))) {
      list.refuted(
        'certificate-log',
        'certificate-log-invalid',
        'the promise of a trusted certificate log is not over this certificate',
      );
      return;
    }
    logs.add(sct.logId.toString('hex'));
  }
  const reason = `${logs.size} trusted certificate logs promised to show the certificate`;
  if (logs.size >= thresholds.certificateLogs) list.established('certificate-log', reason);
  else
    list.missing(
      'certificate-log',
      'certificate-log-missing',
      `${reason}, ${thresholds.certificateLogs} are asked for`,
    );
}
