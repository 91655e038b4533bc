import type { Command } from 'commander';
import type { sbom as readSboms } from '../../flow/sbom/sbom.ts';
import { formatsHelp, targetsOf, wantsFiles } from '../../report/sbom-formats.ts';
import { tool } from '../../lib/tool.ts';
import { Fault } from '../../lib/faults.ts';
import { addCommon, type CommonOptions, type Context, contextOf, each, formatAsked, repeatable } from '../options.ts';
import { addScoutWords, scoutNotes, withRef } from '../scout/words.ts';

interface Options extends Omit<CommonOptions, 'cache'> {
  readonly output?: readonly string[];
  readonly platform?: string;
  readonly base?: string;
  readonly declared?: boolean;
  readonly files?: boolean;
  readonly onlyPackageType?: readonly string[];
  readonly ref?: string;
  /** False for `--no-cache`. */
  readonly cache?: string | false;
}

const IMAGES = `
Images:
  NAME[:TAG]            of Docker or Podman here, else of the registry
  registry://NAME       of the registry; also docker:NAME, podman:NAME, containerd:NAME
  ./PATH, /PATH, .      an archive, layout folder, SBOM, source tree or root; a file or folder
                        without "./" before it is a name in a registry
  oci:DIR[:TAG]         a layout folder; also oci-archive:FILE, docker-archive:FILE
  rootfs:DIR, dir:DIR   the root of a system, a source tree
  sbom:FILE             an SBOM
  -                     an archive or SBOM on standard input
`;

export function addSbom(temper: Command): void {
  const command = addCommon(temper.command('sbom <image>'), 'table unless given; --help lists them')
    .description('write down what is in an image, a folder or another SBOM')
    .option(
      '-o, --output <file>',
      'FILE or FORMAT=FILE instead of stdout; a FILE alone gets json or what --format says, whatever its name; {platform} in it stands for the platform; repeatable',
      each,
    )
    .option(
      '--platform <platform>',
      'os/architecture[/variant], or all; of this machine, else the only one, unless given',
    )
    .option('--base <image>', 'the image that this one was made from')
    .option('--declared', 'count what lock files and manifests in an image speak of, too')
    .option('--files', 'list every file with its digests; SPDX always does')
    .option('--no-files', 'list no files')
    .option('--no-cache', 'neither use nor keep what was read of layers')
    .option('--only-package-type <types>', 'only these types of packages, in the table: deb, npm, …', repeatable)
    .option('--ref <reference>', 'which image of an archive:// is meant')
    .addHelpText('after', () => `${IMAGES}\nFormats:\n${formatsHelp()}`);
  addScoutWords(command, 'org');
  command.action(async (image: string, options: Options) => {
    const { cache, ...rest } = options;
    await run(withRef(image, options.ref), options, contextOf(typeof cache === 'string' ? { ...rest, cache } : rest));
  });
}

async function run(image: string, options: Options, context: Context): Promise<void> {
  for (const note of scoutNotes(options)) context.output.note(note);
  const targets = targetsOf(options.output ?? [], formatAsked(options));
  const types = typesOf(options, targets);
  const { sbom } = await import('../../flow/sbom/sbom.ts');
  const read = await sbom(image, {
    ...context,
    cache: options.cache === false ? undefined : context.cache,
    platform: options.platform,
    base: options.base,
    declared: options.declared === true,
    files: options.files ?? targets.some(({ format }) => wantsFiles(format)),
    texts: options.files === true || targets.some(({ format }) => wantsFiles(format)),
    progress: (line) => context.output.progress(line),
  });
  const boms = types === undefined ? read : read.map((bom) => ofTypes(bom, types));
  const { sbomRenderer } = await import('../../report/sbom.ts');
  const { writeSboms } = await import('../../flow/sbom/write-sboms.ts');
  await writeSboms(boms, targets, {
    render: async (bom, format) => (await sbomRenderer(format))(bom, tool),
    print: async (pieces) => await context.output.pieces(pieces),
  });
  for (const bom of boms) {
    if (bom.packages.length === 0 && bom.subject.configDigest !== undefined && options.declared !== true)
      context.output.note('No package is installed; --declared counts what lock files and manifests speak of, too.');
    const missed = bom.notRead ?? [];
    if (missed.length > 0) context.output.note(notReadLine(missed.length, missed[0]?.reason ?? ''));
  }
}

/** Part of an SBOM is none: a document says what is in the image. @throws Fault `option/only-package-type` */
function typesOf(
  { onlyPackageType }: Options,
  targets: readonly { readonly format: string }[],
): ReadonlySet<string> | undefined {
  if (onlyPackageType === undefined) return undefined;
  if (targets.every(({ format }) => format === 'table' || format === 'purls')) {
    return new Set(onlyPackageType.map((type) => type.toLowerCase()));
  }
  throw new Fault(
    'option/only-package-type',
    '--only-package-type would leave packages out of an SBOM.',
    'Write --format list or purls with it.',
  );
}

type ReadBom = Awaited<ReturnType<typeof readSboms>>[number];

function ofTypes(bom: ReadBom, types: ReadonlySet<string>): ReadBom {
  return { ...bom, packages: bom.packages.filter(({ purl }) => types.has(/^pkg:([^/]+)/.exec(purl)?.[1] ?? '')) };
}

function notReadLine(count: number, first: string): string {
  return `${count === 1 ? 'One file' : `${count} files`} could not be read and may tell of more packages: ${first} --format json lists ${count === 1 ? 'it' : 'them'}.`;
}
