// Says under a signature what was verified: a SLSA verification summary, written to a file or hung on the image.
import { environment } from '../../io/environment.ts';
import { writeFile } from '../../io/pending-file.ts';
import { predicateTypes } from '../../intoto/predicates.ts';
import { statementAbout } from '../../intoto/statement.ts';
import { openSigner } from '../../keys/open.ts';
import { digestOf, hexOf } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { canonicalJson } from '../../lib/json.ts';
import { tool } from '../../lib/tool.ts';
import { bundleReferrer } from '../../publish/referrer.ts';
import { signBundle } from '../../sign/bundle.ts';
import { summaryPredicate, VERIFICATION_SUMMARY } from '../../slsa/summary.ts';
import type { NamedAnswer } from './verify-reference.ts';

export interface SummaryOptions {
  /** Of the private key: a file, `pkcs11:…`, `hashivault://NAME`. */
  readonly signKey: string;
  readonly password: string;
  /** Where the bundle is written; `undefined` for nowhere. */
  readonly output: string | undefined;
  /** Whether it is hung on the image. */
  readonly attach: boolean;
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

const VERIFIER = 'urn:temper:verifier:local';

/**
 * Issues the summary of an answer, a refusal's included.
 * @throws Fault `key/…`, `file/…`, of the repository; `verify/no-subject` where it is not known what was verified
 */
export async function issueSummary(answer: NamedAnswer, options: SummaryOptions): Promise<void> {
  const { digest } = answer.result;
  if (digest === undefined) {
    throw new Fault(
      'verify/no-subject',
      'What the reference names is altered: there is nothing that a summary could be about.',
      'Verify it by its digest from another copy.',
    );
  }
  const { signKey, ...rest } = options;
  const signer = await openSigner(signKey, { ...rest, environment: environment() });
  const statement = statementAbout({ digest }, VERIFICATION_SUMMARY, predicateOf(answer, digest));
  const bytes = await signBundle({ kind: 'statement', statement }, { signer, certificate: undefined }, []);
  if (options.output !== undefined) await writeFile(options.output, bytes);
  if (!options.attach) return;
  const { repository, result } = answer;
  const subject = await repository.resolve(digest);
  const created = new Date(result.time);
  const referrer = bundleReferrer({ subject, bytes, predicateType: VERIFICATION_SUMMARY, created });
  for (const blob of referrer.blobs) await repository.putBlob(blob);
  await repository.putManifests([referrer.manifest]);
}

function predicateOf({ result, attestations, trust }: NamedAnswer, digest: string): object {
  const inputs = new Map(attestations.map(({ predicateType, evidence }) => [evidence.at(-1), predicateType]));
  return summaryPredicate({
    verifier: { id: VERIFIER, version: tool.version },
    timeVerified: result.time,
    resourceUri: `${result.repository.startsWith('oci:') ? '' : 'oci://'}${result.repository}@${digest}`,
    policy: policyOf(trust),
    inputAttestations: [...inputs].flatMap(([blob, name]) =>
      blob === undefined ? [] : [{ name, sha256: hexOf(blob) }],
    ),
    passed: result.decision.answer === 'yes',
    buildLevel: buildLevelOf(result, attestations, trust),
  });
}

/** The policy file; where it did not name the signers, who was trusted, and what it asked for beside. */
function policyOf({ policy, groups, origin, threshold }: NamedAnswer['trust']): { uri: string; sha256: string } {
  if (policy !== undefined && origin === 'policy')
    return { uri: `file://${policy.path}`, sha256: hexOf(digestOf(policy.bytes)) };
  const who = groups.map(({ keys, bundleTrust }) => ({
    keys: keys.map(({ fingerprint }) => fingerprint),
    identities: (bundleTrust?.identities ?? []).map(({ subject, issuer }) => [wordsOf(subject), wordsOf(issuer)]),
  }));
  const beside = policy === undefined ? {} : { policy: digestOf(policy.bytes) };
  const words = canonicalJson({ signers: who, threshold: threshold ?? 1, ...beside });
  return { uri: 'urn:temper:policy:command-line', sha256: hexOf(digestOf(Buffer.from(words))) };
}

function wordsOf(match: object): string {
  const [text] = Object.values(match) as (string | { source: string })[];
  return typeof text === 'string' ? text : (text?.source ?? '');
}

/** What the policy says of its builders counts where provenance by one of them is established; provenance by itself is level 1. */
function buildLevelOf(
  { checks, digest }: NamedAnswer['result'],
  attestations: NamedAnswer['attestations'],
  { policy }: NamedAnswer['trust'],
): number {
  const isProvenance = (type: string) => type === predicateTypes.provenance || type === predicateTypes.provenance02;
  if (!attestations.some(({ predicateType }) => isProvenance(predicateType))) return 0;
  const isNamed = checks.some(
    ({ check, subject, outcome }) => check === 'provenance.builder' && subject === digest && outcome === 'established',
  );
  return isNamed ? (policy?.content.predicates?.provenance?.level ?? 1) : 1;
}
