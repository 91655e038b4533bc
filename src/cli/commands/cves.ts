// `docker scout cves`, with its options, over what `temper scan` and `temper sbom` do.
import type { Command } from 'commander';
import type { ScanReport } from '../../flow/scan/scan.ts';
import { tool } from '../../lib/tool.ts';
import { scanRenderer, scanTargets } from '../../report/scan-formats.ts';
import { addCommon, type CommonOptions, type Context, contextOf, each, keyList } from '../options.ts';
import { addReferrersRepository } from '../trust-options.ts';
import { ALL, DECLARED, KERNEL_HEADERS, SHOW_SUPPRESSED, STATEMENTS } from '../finding-options.ts';
import { addScoutFilters, type ScoutFilters, selectionWords } from '../scout/options.ts';
import { addScoutWords, scoutNotes, withRef, withType } from '../scout/words.ts';

interface Options extends CommonOptions, ScoutFilters {
  readonly exitCode?: boolean;
  readonly epss?: boolean;
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
  readonly all?: boolean;
  readonly showSuppressed?: boolean;
}

const FORMATS = `
Formats: packages (unless given), json, sarif, gitlab, markdown; spdx and sbom, the packages without what is found in them.
Images are named as for temper scan.
`;

export function addCves(temper: Command): void {
  const command = addCommon(temper.command('cves <image>'), 'packages unless given; --help lists them')
    .description("temper scan with Docker Scout's options")
    .optionsGroup('Output options:')
    .option('-e, --exit-code', 'exit with 2, as Docker Scout does, when a vulnerability is found')
    .option('--epss', 'the likeliest to be exploited first')
    .option('-o, --output <file>', 'a file instead of stdout')
    .option('--all', ALL)
    .option('--show-suppressed', SHOW_SUPPRESSED)
    .optionsGroup('Image options:')
    .option('--platform <platform>', 'os/architecture[/variant]; of this machine, else the only one, unless given')
    .option('--declared', DECLARED)
    .option('--kernel-headers', KERNEL_HEADERS)
    .option('--ref <reference>', 'which image of an archive:// is meant')
    .option('--base <image>', 'the image that this one was made from')
    .option('--type <type>', 'image, oci-dir, archive, fs, sbom; as the prefix TYPE:// says')
    .optionsGroup(STATEMENTS)
    .option('--vex-location <path>', 'a VEX document, or a folder of them, that counts as true; repeatable', each)
    .option('--key <key>', 'public key of whose VEX attestations on the image count, too; repeatable', keyList)
    .option('--policy <file>', "the policy that names them; policy.yaml in Temper's configuration folder unless given")
    .optionsGroup('Database options:')
    .option('--db <file>', "the vulnerability database; Temper's own in the cache folder unless given")
    .optionsGroup('Filter options:')
    .option('--only-fixed', 'only what a version fixes')
    .addHelpText('after', FORMATS);
  addScoutFilters(command, false);
  addReferrersRepository(command, STATEMENTS);
  addScoutWords(
    command,
    'details',
    'locations',
    'env',
    'epssDate',
    'ignoreSuppressed',
    'multiStage',
    'onlyStage',
    'onlyVexAffected',
    'onlyVulnPackages',
    'org',
    'vexAuthor',
  );
  command.action(async (image: string, options: Options) => await run(image, options, contextOf(options)));
}

async function run(named: string, options: Options, context: Context): Promise<void> {
  for (const note of scoutNotes(options)) context.output.note(note);
  const image = withRef(withType(named, options.type), options.ref);
  const format = context.json ? 'json' : (options.format ?? 'packages');
  if (format === 'spdx' || format === 'sbom') {
    await writeSbom(image, format === 'spdx' ? 'spdx-json' : 'json', options, context);
    return;
  }
  const [{ scan }, { selectionOf }] = await Promise.all([
    import('../../flow/scan/scan.ts'),
    import('../../flow/scan/scan-selection.ts'),
  ]);
  const [target] = scanTargets([], format === 'packages' ? 'table' : format);
  using result = await scan(image, {
    ...context,
    ...selectionOf(selectionWords(options)),
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
  const { writeTargets } = await import('../../flow/write-targets.ts');
  const reports = options.epss === true ? result.reports.map(likeliestFirst) : result.reports;
  await writeTargets(reports, [{ format: target?.format ?? 'table', file: options.output }], {
    what: { area: 'scan', plural: 'results' },
    render: async (report, as) =>
      (await scanRenderer(as))(report, {
        tool,
        showSuppressed: options.showSuppressed === true,
        all: options.all === true,
      }),
    print: async (pieces) => await context.output.pieces(pieces),
  });
  for (const note of result.notes) context.output.note(note);
  for (const warning of result.warnings) context.output.warn(warning);
  if (options.exitCode === true && reports.some(({ findings }) => findings.length > 0)) process.exitCode = 2;
}

function likeliestFirst(report: ScanReport): ScanReport {
  const findings = report.findings.toSorted((a, b) => (b.epss?.score ?? -1) - (a.epss?.score ?? -1));
  return { ...report, findings };
}

async function writeSbom(
  image: string,
  format: 'spdx-json' | 'json',
  options: Options,
  context: Context,
): Promise<void> {
  const [{ sbom }, { sbomRenderer }, { writeSboms }] = await Promise.all([
    import('../../flow/sbom/sbom.ts'),
    import('../../report/sbom.ts'),
    import('../../flow/sbom/write-sboms.ts'),
  ]);
  const isSpdx = format === 'spdx-json';
  const boms = await sbom(image, {
    ...context,
    platform: options.platform,
    base: options.base,
    declared: options.declared === true,
    files: isSpdx,
    texts: isSpdx,
    progress: (line) => context.output.progress(line),
  });
  await writeSboms(boms, [{ format, file: options.output }], {
    render: async (bom, as) => (await sbomRenderer(as))(bom, tool),
    print: async (pieces) => await context.output.pieces(pieces),
  });
}
