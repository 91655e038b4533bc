import type { Command } from 'commander';
import { addCommon, type CommonOptions, type Context, contextOf, each } from '../options.ts';
import { addSigning, partyOf, type SigningOptions } from '../signing-options.ts';

interface Options extends CommonOptions, SigningOptions {
  readonly recursive: boolean;
  readonly expiry?: string;
}

const FORMATS = 'bundle, cosign-tag, notation-jws, notation-cose or docker; repeatable; bundle unless given';

const EXAMPLES = `
An IMAGE is oci:DIR[:TAG] or HOST/NAME[:TAG], with a digest @sha256:…, too.

Examples:
  temper sign registry.example/app:1.2 --key release
  temper sign oci:app --key awskms:///alias/release --signature-format bundle --signature-format cosign-tag
  temper sign oci:app --key release --log s3://acme-logs/release --log-origin log.acme.example
  temper sign --blob app.tar.gz --key release`;

export function addSign(temper: Command): void {
  addSigning(addCommon(temper.command('sign <image...>')))
    .description(
      'sign images, with every platform of an index, in the formats of cosign, notation and Docker; or files',
    )
    .optionsGroup('Signature options:')
    .option('--signature-format <format>', FORMATS, each)
    .option('-r, --recursive', "also an index's manifests; they are signed unless told otherwise", true)
    .option('--no-recursive', 'only what is named')
    .addHelpText('after', EXAMPLES)
    .option('--expiry <time>', 'from when on a Notary Project signature does not count: 30d, 720h, 2027-01-31')
    .action(async (images: string[], options: Options) => {
      const context = contextOf(options);
      if (options.blob === true) await signFiles(images, options, context);
      else await signNamed(images, options, context);
    });
}

async function signNamed(references: string[], options: Options, context: Context): Promise<void> {
  const [{ signImages }, { formatsOf, signatureFormats }, { annotationsOf, expiryOf }, { now }] = await Promise.all([
    import('../../flow/signing/sign.ts'),
    import('../../flow/signing/signature-formats.ts'),
    import('../../flow/signing/signing-words.ts'),
    import('../../io/clock.ts'),
  ]);
  const report = await signImages({
    ...partyOf(options, context),
    references,
    formats: formatsOf(options.signatureFormat ?? ['bundle'], signatureFormats),
    recursive: options.recursive,
    annotations: annotationsOf(options.annotation ?? []),
    containerIdentity: options.signContainerIdentity,
    expiry: options.expiry === undefined ? undefined : expiryOf(options.expiry, now().getTime() / 1000),
    progress: (line) => context.output.progress(line),
  });
  const { signatureJson, signatureTable } = await import('../../report/sign.ts');
  context.output.data(context.json ? signatureJson(report) : signatureTable(report));
}

async function signFiles(files: string[], options: Options, context: Context): Promise<void> {
  const [{ signBlobs }, { formatsOf, signatureFormats }] = await Promise.all([
    import('../../flow/signing/sign-blobs.ts'),
    import('../../flow/signing/signature-formats.ts'),
  ]);
  const report = await signBlobs({
    ...partyOf(options, context),
    files,
    formats: formatsOf(options.signatureFormat ?? ['bundle'], signatureFormats),
    output: options.output,
  });
  const { blobJson, blobTable } = await import('../../report/sign.ts');
  context.output.data(context.json ? blobJson(report) : blobTable(report));
}
