import { type Command, Option } from 'commander';
import { addCommon, ALLOW_EXTRACTABLE, type CommonOptions, contextOf, repeatable, SIGNING_KEY } from '../options.ts';

interface Options extends CommonOptions {
  readonly output?: string;
  readonly push?: string;
  readonly platform?: string[];
  readonly compression?: string;
  readonly key?: string;
  readonly allowExtractableKey?: boolean;
  readonly builderId?: string;
}

export function addBuild(temper: Command): void {
  addCommon(temper.command('build <definition>'))
    .description('build a hardened image from a definition, sign it, attest it and verify it')
    .optionsGroup('Image options:')
    .option('-o, --output <reference>', 'where to: oci:DIR[:TAG]; X.oci in the current folder for X.yaml unless given')
    .addOption(new Option('--push <reference>', 'to a registry: HOST/NAME[:TAG]').conflicts('output'))
    .option(
      '--platform <platform>',
      'linux/amd64 or linux/arm64, repeatable; all of the definition unless given',
      repeatable,
    )
    .option('--compression <format>', 'gzip (levels 1 to 9) or zstd (1 to 19), as in zstd:19')
    .optionsGroup('Signing options:')
    .option('--key <key>', `private key: ${SIGNING_KEY}; your own default key, made on first use, unless given`)
    .option('--allow-extractable-key', ALLOW_EXTRACTABLE)
    .option('--builder-id <uri>', 'who builds, for the provenance')
    .action(async (definition: string, options: Options) => {
      const context = contextOf(options);
      const { build } = await import('../../flow/build/build.ts');
      const report = await build({
        ...context,
        definition,
        output: options.output,
        push: options.push,
        platforms: options.platform,
        compression: options.compression,
        key: options.key,
        allowExtractable: options.allowExtractableKey,
        warn: (sentence) => context.output.note(`temper: ${sentence}`),
        builderId: options.builderId,
        progress: (line) => context.output.progress(line),
      });
      if (context.json) context.output.data(JSON.stringify(report, null, 2));
      else {
        const { buildTable } = await import('../../report/build.ts');
        context.output.data(buildTable(report));
      }
      process.exitCode = report.verification.answer === 'yes' ? 0 : 1;
    });
}
