// `docker scout quickview`, with its options.
import type { Command } from 'commander';
import { writeFile } from '../../io/pending-file.ts';
import { addCommon, type CommonOptions, type Context, contextOf, each, keyList } from '../options.ts';
import { addReferrersRepository } from '../trust-options.ts';
import { DECLARED, KERNEL_HEADERS, STATEMENTS } from '../finding-options.ts';
import { addScoutWords, scoutNotes, withRef, withType } from '../scout/words.ts';

interface Options extends CommonOptions {
  readonly output?: string;
  readonly platform?: string;
  readonly ref?: string;
  readonly type?: string;
  readonly vexLocation?: readonly string[];
  readonly db?: string;
  readonly key?: readonly string[];
  readonly policy?: string;
  readonly base?: string;
  readonly declared?: boolean;
  readonly kernelHeaders?: boolean;
}

export function addQuickview(temper: Command): void {
  const command = addCommon(temper.command('quickview <image>').alias('qv'))
    .description('show in a few lines how much is vulnerable in an image, and how much of that its base brings')
    .option('-o, --output <file>', 'a file instead of stdout')
    .optionsGroup('Image options:')
    .option(
      '--platform <platform>',
      'os/architecture[/variant], or all; of this machine, else the only one, unless given',
    )
    .option('--ref <reference>', 'which image of an archive:// is meant')
    .option('--type <type>', 'image, oci-dir, archive, fs, sbom; as the prefix TYPE:// says')
    .option('--base <image>', 'the image that this one was made from')
    .option('--declared', DECLARED)
    .option('--kernel-headers', KERNEL_HEADERS)
    .optionsGroup('Database options:')
    .option('--db <file>', "the vulnerability database; Temper's own in the cache folder unless given")
    .optionsGroup(STATEMENTS)
    .option('--vex-location <path>', 'a VEX document, or a folder of them, that counts as true; repeatable', each)
    .option('--key <key>', 'public key of whose VEX attestations on the image count, too; repeatable', keyList)
    .option('--policy <file>', "the policy that names them; policy.yaml in Temper's configuration folder unless given");
  addReferrersRepository(command, STATEMENTS);
  addScoutWords(command, 'env', 'latest', 'ignoreSuppressed', 'onlyPolicy', 'onlyVexAffected', 'org', 'vexAuthor');
  command.action(async (image: string, options: Options) => await run(image, options, contextOf(options)));
}

async function run(image: string, options: Options, context: Context): Promise<void> {
  for (const note of scoutNotes(options)) context.output.note(note);
  const [{ scan }, { quickViewOf, quickViewText }] = await Promise.all([
    import('../../flow/scan/scan.ts'),
    import('../../report/quickview.ts'),
  ]);
  using result = await scan(withRef(withType(image, options.type), options.ref), {
    ...context,
    filter: {},
    failOn: [],
    remember: true,
    db: options.db,
    maxDbAge: undefined,
    platform: options.platform,
    declared: options.declared === true,
    kernelHeaders: options.kernelHeaders === true,
    base: options.base,
    statements: { vex: options.vexLocation ?? [], ignore: [], keys: options.key ?? [], policy: options.policy },
    progress: (line) => context.output.progress(line),
    announce: (line) => context.output.note(line),
  });
  const views = result.reports.map(quickViewOf);
  const text = context.json
    ? `${JSON.stringify({ schema: 'temper/quickview/v1', images: views }, null, 2)}\n`
    : views.map(quickViewText).join('\n');
  if (options.output === undefined) context.output.data(text);
  else await writeFile(options.output, text);
  for (const note of result.notes) context.output.note(note);
  for (const warning of result.warnings) context.output.warn(warning);
}
