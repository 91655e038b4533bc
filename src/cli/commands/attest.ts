import type { Command } from 'commander';
import { addCommon, type CommonOptions, type Context, contextOf, each } from '../options.ts';
import { addSigning, partyOf, type SigningOptions } from '../signing-options.ts';

export interface AttestOptions extends CommonOptions, SigningOptions {
  readonly predicate?: string;
  readonly type?: string;
  readonly statement?: string;
  readonly platform?: string;
  readonly replace?: boolean;
}

const EXAMPLES = `
An IMAGE is oci:DIR[:TAG] or HOST/NAME[:TAG], with a digest @sha256:…, too.

Examples:
  temper attest registry.example/app:1.2 --platform linux/amd64 --type spdxjson --predicate sbom.json --key release
  temper attest oci:app --type https://acme.example/review/v1 --predicate review.json --key release --replace
  temper attest --blob app.tar.gz --type openvex --predicate vex.json --key release`;

export function addAttest(temper: Command): void {
  const command = addCommon(temper.command('attest <image>'))
    .description('sign a statement about an image or a file: any predicate, of any type')
    .optionsGroup('Statement options:')
    .option('--predicate <file>', 'the predicate, JSON; it stays as it is')
    .option('--type <type>', 'its type: a URI, or spdxjson, cyclonedx, slsaprovenance1, vuln, openvex …')
    .option('--statement <file>', 'an in-toto statement that is ready, in place of both')
    .option('--platform <platform>', "hang it on this platform's manifest, not on what is named")
    .option('--replace', 'in place of those of the same type and format that are there, whoever signed them');
  addSigning(command)
    .optionsGroup('Signature options:')
    .option('--signature-format <format>', 'bundle, cosign-tag or docker; repeatable; bundle unless given', each)
    .addHelpText('after', EXAMPLES)
    .action(async (image: string, options: AttestOptions) => {
      const context = contextOf(options);
      if (options.blob === true) await attestFile(image, options, context);
      else await attestNamed(image, options, context);
    });
}

/** Signs a statement about an image and says where it went. */
export async function attestNamed(reference: string, options: AttestOptions, context: Context): Promise<void> {
  const [{ attestImage }, { attestationFormats, formatsOf }, { annotationsOf }] = await Promise.all([
    import('../../flow/signing/attest.ts'),
    import('../../flow/signing/signature-formats.ts'),
    import('../../flow/signing/signing-words.ts'),
  ]);
  const report = await attestImage({
    ...partyOf(options, context),
    reference,
    predicate: options.predicate,
    type: options.type,
    statement: options.statement,
    formats: formatsOf(options.signatureFormat ?? ['bundle'], attestationFormats),
    platform: options.platform,
    replace: options.replace === true,
    annotations: annotationsOf(options.annotation ?? []),
    containerIdentity: options.signContainerIdentity,
    progress: (line) => context.output.progress(line),
  });
  const { signatureJson, signatureTable } = await import('../../report/sign.ts');
  context.output.data(context.json ? signatureJson(report) : signatureTable(report));
}

async function attestFile(file: string, options: AttestOptions, context: Context): Promise<void> {
  const [{ attestBlob }, { formatsOf, signatureFormats }, { annotationsOf }] = await Promise.all([
    import('../../flow/signing/sign-blobs.ts'),
    import('../../flow/signing/signature-formats.ts'),
    import('../../flow/signing/signing-words.ts'),
  ]);
  const report = await attestBlob({
    ...partyOf(options, context),
    files: [file],
    formats: formatsOf(options.signatureFormat ?? ['bundle'], signatureFormats),
    output: options.output,
    predicate: options.predicate,
    type: options.type,
    statement: options.statement,
    annotations: annotationsOf(options.annotation ?? []),
  });
  const { blobJson, blobTable } = await import('../../report/sign.ts');
  context.output.data(context.json ? blobJson(report) : blobTable(report));
}
