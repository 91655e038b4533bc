import type { Command } from 'commander';
import { Fault } from '../../lib/faults.ts';
import type { BlobAnswer } from '../../flow/verification/verify-blob.ts';
import type { NamedAnswer, NamedResult, VerifyOptions } from '../../flow/verification/verify-reference.ts';
import { addCommon, type CommonOptions, type Context, contextOf, SIGNING_KEY } from '../options.ts';
import { addReferrersRepository, addThreshold, addTrust, type TrustOptions, trustOf } from '../trust-options.ts';

interface Options extends CommonOptions, TrustOptions {
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

const EXAMPLES = `
An IMAGE is oci:DIR[:TAG] or HOST/NAME[:TAG], with a digest @sha256:…, too.

Examples:
  temper verify registry.example/app:1.2
  temper verify registry.example/app:1.2 --key release --signatures-only
  temper verify oci:app --policy policy.yaml --platform linux/amd64
  temper verify ghcr.io/acme/app:1 --certificate-identity-regexp 'https://github\\.com/acme/app/.*' \\
    --certificate-oidc-issuer https://token.actions.githubusercontent.com
  temper verify --blob app.tar.gz --key release`;

export function addVerify(temper: Command): void {
  const command = addCommon(temper.command('verify [image]')).description(
    'check an image from its bytes: digests, signatures, provenance, and its SBOM against its content',
  );
  addReferrersRepository(addThreshold(addTrust(command)))
    .addHelpText('after', EXAMPLES)
    .optionsGroup('Image options:')
    .option('--signatures-only', 'only the signature of what the reference names; no layer and no SBOM is read')
    .option('--platform <platform>', "only this platform's manifest of an index")
    .option('--from-file <file>', 'many references, a line each; - for the standard input')
    .optionsGroup('Trust options:')
    .option('--state <file>', 'what was seen before: what goes back is refused')
    .optionsGroup('File options:')
    .option('--blob <file>', 'a file instead of an image, by the bundle that sign wrote beside it')
    .option('--bundle <file>', 'the Sigstore bundle of --blob, where it is not FILE.sigstore.json')
    .optionsGroup('Summary options:')
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

function requestOf(options: Options): VerifyOptions {
  const { threshold, signaturesOnly, platform, state } = options;
  return { ...trustOf(options), threshold, signaturesOnly, platform, state };
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
  const { issueSummary } = await import('../../flow/verification/verification-summary.ts');
  await issueSummary(answer, { signKey, password, output: vsa, attach: attestVsa, offline, signal });
}

/** docs/schemas/verify-1.json. */
const HEAD = { $schema: 'urn:temper:schema:verify:1', schemaVersion: 1 } as const;

function resultJson(result: NamedResult, indent?: number): string {
  return JSON.stringify({ ...HEAD, ...result }, null, indent);
}

async function verifyList(file: string, options: Options, context: Context): Promise<void> {
  const { verifyMany } = await import('../../flow/verification/verify-many.ts');
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
  const { verifyBlob } = await import('../../flow/verification/verify-blob.ts');
  const answer: BlobAnswer = await verifyBlob(
    { blob, bundle: options.bundle ?? `${blob}.sigstore.json` },
    requestOf(options),
    context,
  );
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
  trustOf(options);
  const named = [image, fromFile, blob].filter((one) => one !== undefined).length;
  const problem =
    problemOf(named, isSummary && (signKey === undefined || image === undefined)) ?? partialProblem(options, isSummary);
  if (problem !== undefined) throw new Fault('usage/verify', `${problem}.`, 'See `temper verify --help`.');
  if (bundle === undefined || blob !== undefined) return;
  throw new Fault('usage/verify', '--bundle is of a file that --blob names.', 'Name the file with --blob.');
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

function problemOf(named: number, isUnsigned: boolean): string | undefined {
  if (named !== 1) return 'Exactly one of an image, --from-file and --blob has to be named';
  if (isUnsigned) return 'A verification summary needs an image, and --sign-key, which signs it';
  return undefined;
}
