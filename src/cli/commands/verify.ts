import { type Command, InvalidArgumentError } from 'commander';
import { Fault } from '../../lib/faults.ts';
import type { BlobAnswer } from '../../flow/verify-blob.ts';
import type { NamedAnswer, NamedResult, VerifyOptions } from '../../flow/verify-reference.ts';
import { addCommon, type CommonOptions, type Context, contextOf, keyList, SIGNING_KEY } from '../options.ts';

interface Options extends CommonOptions {
  readonly key?: string[];
  readonly policy?: string;
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly certificateOidcIssuerRegexp?: string;
  readonly trustedRoot?: string;
  readonly threshold?: number;
  readonly signaturesOnly?: boolean;
  readonly platform?: string;
  readonly fromFile?: string;
  readonly state?: string;
  readonly blob?: string;
  readonly bundle?: string;
  readonly vsa?: string;
  readonly attestVsa?: boolean;
  readonly signKey?: string;
}

export function addVerify(temper: Command): void {
  addCommon(temper.command('verify [image]'))
    .description('check an image from its bytes: digests, signatures, provenance, and its SBOM against its content')
    .option('--key <key>', 'public key of the signer, repeatable; the policy names the signers unless given', keyList)
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given")
    .option('--certificate-identity <name>', "the signer's name in its certificate: a mail address or URI")
    .option('--certificate-identity-regexp <expression>', 'the same; the expression covers the whole name')
    .option('--certificate-oidc-issuer <url>', 'who identified the signer')
    .option('--certificate-oidc-issuer-regexp <expression>', 'the same; the expression covers the whole URL')
    .option(
      '--trusted-root <file>',
      "who is believed about certificates, logs and times: a file, or tuf:NAME of one that is followed; Sigstore's unless given",
    )
    .option('--threshold <number>', 'how many distinct signers must have signed', wholeNumber)
    .option('--signatures-only', 'only the signature of what the reference names; no layer and no SBOM is read')
    .option('--platform <platform>', "only this platform's manifest of an index")
    .option('--from-file <file>', 'many references, a line each; - for the standard input')
    .option('--state <file>', 'what was seen before: what goes back is refused')
    .option('--blob <file>', 'a file instead of an image, by the bundle of --bundle')
    .option('--bundle <file>', 'the Sigstore bundle of --blob')
    .option('--vsa <file>', 'write a verification summary, signed with --sign-key')
    .option('--attest-vsa', 'hang the verification summary on the image')
    .option('--sign-key <key>', `private key of the verification summary: ${SIGNING_KEY}`)
    .action(async (image: string | undefined, options: Options) => {
      refuseContradictions(image, options);
      const context = contextOf(options);
      if (options.fromFile !== undefined) await verifyList(options.fromFile, options, context);
      else if (options.blob !== undefined) await verifyFile(options.blob, options, context);
      else if (image !== undefined) await verifyOne(image, options, context);
    });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('It is no number from 1 to 999.');
  return Number(text);
}

function requestOf(options: Options): VerifyOptions {
  const {
    certificateIdentity: subject,
    certificateIdentityRegexp: subjectPattern,
    certificateOidcIssuer: issuer,
    certificateOidcIssuerRegexp: issuerPattern,
  } = options;
  const isNamed = [subject, subjectPattern, issuer, issuerPattern].some((one) => one !== undefined);
  return {
    keys: options.key ?? [],
    policy: options.policy,
    identity: isNamed ? { subject, subjectPattern, issuer, issuerPattern } : undefined,
    trustedRoot: options.trustedRoot,
    threshold: options.threshold,
    signaturesOnly: options.signaturesOnly,
    platform: options.platform,
    state: options.state,
  };
}

async function verifyOne(image: string, options: Options, context: Context): Promise<void> {
  const { verifyImageNamed } = await import('../verify-image.ts');
  const { answer, table } = await verifyImageNamed(image, requestOf(options), context);
  await summarize(answer, options, context);
  const { result } = answer;
  context.output.data(context.json ? resultJson(result, 2) : table());
  process.exitCode = result.decision.answer === 'yes' ? 0 : 1;
}

async function summarize(answer: NamedAnswer, options: Options, { password, offline, signal }: Context): Promise<void> {
  const { vsa, attestVsa = false, signKey } = options;
  if (signKey === undefined || (vsa === undefined && !attestVsa)) return;
  const { issueSummary } = await import('../../flow/verification-summary.ts');
  await issueSummary(answer, { signKey, password, output: vsa, attach: attestVsa, offline, signal });
}

/** docs/schemas/verify-1.json. */
const HEAD = { $schema: 'urn:temper:schema:verify:1', schemaVersion: 1 } as const;

function resultJson(result: NamedResult, indent?: number): string {
  return JSON.stringify({ ...HEAD, ...result }, null, indent);
}

async function verifyList(file: string, options: Options, context: Context): Promise<void> {
  const { verifyMany } = await import('../../flow/verify-many.ts');
  const { verifyLine, verifySum } = await import('../../report/verify-many.ts');
  const counts = { yes: 0, no: 0, fault: 0 };
  await verifyMany(file, requestOf(options), context, (one) => {
    counts['fault' in one ? 'fault' : one.result.decision.answer]++;
    if (!context.json) context.output.data(verifyLine(one));
    else if ('fault' in one) context.output.data(faultJson(one.reference, one.fault));
    else context.output.data(resultJson({ ...one.result, reference: one.reference }));
  });
  if (!context.json) context.output.data(verifySum(counts));
  process.exitCode = counts.fault > 0 ? 2 : counts.no > 0 ? 1 : 0;
}

function faultJson(reference: string, { code, message, hint }: Fault): string {
  return JSON.stringify({ ...HEAD, reference, fault: { code, message, hint } });
}

async function verifyFile(blob: string, options: Options, context: Context): Promise<void> {
  const { verifyBlob } = await import('../../flow/verify-blob.ts');
  const answer: BlobAnswer = await verifyBlob({ blob, bundle: options.bundle ?? '' }, requestOf(options), context);
  if (context.json) context.output.data(JSON.stringify({ ...HEAD, ...answer }, null, 2));
  else {
    const { blobTable } = await import('../../report/verify.ts');
    context.output.data(blobTable(answer));
  }
  process.exitCode = answer.decision.answer === 'yes' ? 0 : 1;
}

/** What has to be said together, and what not. @throws Fault `usage/verify` */
function refuseContradictions(image: string | undefined, options: Options): void {
  const { fromFile, blob, bundle, vsa, attestVsa = false, signKey } = options;
  const isSummary = vsa !== undefined || attestVsa;
  const named = [image, fromFile, blob].filter((one) => one !== undefined).length;
  const problem =
    problemOf(options, named, isSummary && (signKey === undefined || image === undefined)) ??
    partialProblem(options, isSummary);
  if (problem !== undefined) throw new Fault('usage/verify', `${problem}.`, hintFor(options));
  if ((blob === undefined) === (bundle === undefined)) return;
  const hint =
    blob === undefined ? 'Name the file with --blob.' : `Add --bundle, such as --bundle ${blob}.sigstore.json.`;
  throw new Fault('usage/verify', '--blob and --bundle need each other.', hint);
}

/** Nobody must be told of more than was looked at. */
function partialProblem(
  { blob, signaturesOnly, platform, threshold }: Options,
  isSummary: boolean,
): string | undefined {
  if (isSummary && (signaturesOnly === true || platform !== undefined)) {
    return 'A verification summary is of all that an image is: it goes with neither --signatures-only nor --platform';
  }
  if (blob !== undefined && threshold !== undefined)
    return 'The bundle of --blob has one signer: it goes with no --threshold';
  return undefined;
}

function hintFor(options: Options): string {
  const names = [options.certificateIdentity, options.certificateIdentityRegexp].filter((one) => one !== undefined);
  const issuers = [options.certificateOidcIssuer, options.certificateOidcIssuerRegexp].filter(
    (one) => one !== undefined,
  );
  if (names.length === 1 && issuers.length === 0)
    return 'Add --certificate-oidc-issuer URL: a name alone proves nothing.';
  if (names.length === 0 && issuers.length === 1) return 'Add --certificate-identity NAME: who it must be.';
  return 'See `temper verify --help`.';
}

function problemOf(options: Options, named: number, isUnsigned: boolean): string | undefined {
  if (named !== 1) return 'Exactly one of an image, --from-file and --blob has to be named';
  if (isUnsigned) return 'A verification summary needs an image, and --sign-key, which signs it';
  const { certificateIdentity, certificateIdentityRegexp, certificateOidcIssuer, certificateOidcIssuerRegexp } =
    options;
  const names = [certificateIdentity, certificateIdentityRegexp].filter((one) => one !== undefined).length;
  const issuers = [certificateOidcIssuer, certificateOidcIssuerRegexp].filter((one) => one !== undefined).length;
  if (names > 1 || issuers > 1 || names !== issuers) {
    return 'An identity is one of --certificate-identity and --certificate-identity-regexp with one of --certificate-oidc-issuer and --certificate-oidc-issuer-regexp';
  }
  return undefined;
}
