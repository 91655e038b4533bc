import type { Command } from 'commander';
import type { ScanReport } from '../../flow/scan/scan.ts';
import { tool } from '../../lib/tool.ts';
import { isWhole, scanFormatsHelp, scanRenderer, scanTargets } from '../../report/scan-formats.ts';
import { addFindingOptions, ALL, SHOW_SUPPRESSED, type FindingOptions, findingRequest } from '../finding-options.ts';
import { type Context, contextOf, formatAsked } from '../options.ts';

interface Options extends FindingOptions {
  readonly base?: string;
  readonly showSuppressed?: boolean;
}

const IMAGES = `
Images are named as for temper sbom: NAME[:TAG], oci:DIR, docker-archive:FILE, rootfs:DIR, dir:DIR, sbom:FILE, …
`;
const STATUS = `
Exit status: 0; 1 when --fail-on holds; 2 when it could not be answered.
`;

export function addScan(temper: Command): void {
  addFindingOptions(temper.command('scan <image>'), {
    formats: 'table unless given; --help lists them',
    failOn:
      'exit with 1 on a finding of this level or a worse one, or that is fixable, kev, unknown, any; of those that the filters leave; repeatable',
    package: 'only this package, by its name, its source or its package URL; repeatable',
    key: 'public key of whose VEX attestations on the image count, too; repeatable',
    all: ALL,
    platform: 'os/architecture[/variant], or all; of this machine, else the only one, unless given',
  })
    .description('show what is vulnerable in an image, a folder or an SBOM, and of what nothing is known')
    .optionsGroup('Output options:')
    .option('--show-suppressed', SHOW_SUPPRESSED)
    .optionsGroup('Image options:')
    .option('--base <image>', 'the image that this one was made from')
    .addHelpText('after', () => `${IMAGES}\nFormats:\n${scanFormatsHelp()}\n${STATUS}`)
    .action(async (image: string, options: Options) => {
      const { cache, ...rest } = options;
      await run(image, options, contextOf(typeof cache === 'string' ? { ...rest, cache } : rest));
    });
}

async function run(image: string, options: Options, context: Context): Promise<void> {
  const targets = scanTargets(options.output ?? [], formatAsked(options));
  const [{ scan }, { selectionOf }] = await Promise.all([
    import('../../flow/scan/scan.ts'),
    import('../../flow/scan/scan-selection.ts'),
  ]);
  using result = await scan(image, {
    ...context,
    ...selectionOf(options),
    ...findingRequest(options),
    whole: targets.some(({ format }) => isWhole(format)),
    base: options.base,
    progress: (line) => context.output.progress(line),
    announce: (line) => context.output.note(line),
  });
  const { reports, notes, warnings } = result;
  const { writeTargets } = await import('../../flow/write-targets.ts');
  await writeTargets(reports, targets, {
    what: { area: 'scan', plural: 'results' },
    render: async (report, format) =>
      (await scanRenderer(format))(report, {
        tool,
        showSuppressed: options.showSuppressed === true,
        // Who names packages wants to see what is in them.
        all: options.all === true || options.package !== undefined,
      }),
    print: async (pieces) => await context.output.pieces(pieces),
  });
  for (const note of notes) context.output.note(note);
  for (const warning of warnings) context.output.warn(warning);
  if (!targets.some(({ format, file }) => format === 'table' && file === undefined)) sayWhyItFails(context, reports);
  for (const { bom } of reports) noteMissed(context, bom.notRead ?? []);
  if (reports.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

/** Where no table says it. */
function sayWhyItFails({ output }: Context, reports: readonly Pick<ScanReport, 'platform' | 'failures'>[]): void {
  for (const { platform, failures } of reports) {
    const where = platform === undefined || reports.length === 1 ? '' : `${platform}: `;
    for (const { condition, count: met } of failures)
      output.warn(`${where}fails on ${condition}: ${met} finding${met === 1 ? '' : 's'}`);
  }
}

function noteMissed(context: Context, missed: readonly { readonly reason: string }[]): void {
  const [first] = missed;
  if (first === undefined) return;
  const files = missed.length === 1 ? 'One file' : `${missed.length} files`;
  context.output.note(
    `${files} could not be read and may tell of more packages: ${first.reason} temper sbom --format json lists all.`,
  );
}
