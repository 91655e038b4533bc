import type { Command } from 'commander';
import { Fault } from '../../lib/faults.ts';
import { tool } from '../../lib/tool.ts';
import { compareFormatsHelp, compareRenderer, compareTargets } from '../../report/compare-formats.ts';
import { addFindingOptions, STATEMENTS, type FindingOptions, findingRequest } from '../finding-options.ts';
import { addScoutFilters, type ScoutFilters, selectionWords } from '../scout/options.ts';
import { addScoutWords, scoutNotes, withRef } from '../scout/words.ts';
import { type Context, contextOf, each, formatAsked, repeatable } from '../options.ts';

interface Options extends FindingOptions, ScoutFilters {
  readonly ref?: string;
  readonly toRef?: string;
  readonly vexLocation?: readonly string[];
  readonly to?: string;
  readonly dbBefore?: string;
  readonly exitOn?: readonly string[];
  readonly ignoreUnchanged?: boolean;
  readonly files?: boolean;
}

const SIDES = `
temper compare OLD NEW is the same as temper compare NEW --to OLD.
Sides are named as for temper scan: NAME[:TAG], oci:DIR, docker-archive:FILE, rootfs:DIR, dir:DIR, sbom:FILE, …; also a result that
temper scan --format json saved. What a side does not tell is not known, never none.
`;
const STATUS = `
Exit status: 0; 1 when --exit-on or --fail-on holds; 2 when it could not be answered.
`;

export function addCompare(temper: Command): void {
  const command = addFindingOptions(temper.command('compare <a> [b]'), {
    formats: 'text unless given; --help lists them',
    failOn:
      'exit with 1 where findings of B meet a condition that those of A do not; conditions as for temper scan; repeatable',
    package: 'only findings of this package, by its name, its source or its package URL; repeatable',
    key: 'public key of whose VEX attestations count, and that the policy is held against; repeatable',
    all: 'list everything in text, however long it is',
    platform: 'of both: os/architecture[/variant], or all; of this machine, else the only one, unless given',
  })
    .description(
      'show what is new, gone and changed from one image to another, and whether the image or the data caused it',
    )
    .optionsGroup('Comparison options:')
    .option('--to <a>', 'the older side; the image that is named is the newer one then')
    .option(
      '-x, --exit-on <reasons>',
      'exit with 1 on a new vulnerability, a package that came or changed, a policy that B fails and A does not: vulnerability, package, policy; repeatable',
      repeatable,
    )
    .option('--ignore-unchanged', 'show only what is different')
    .option('--files', 'list each file that came, went or changed')
    .option(
      '--db-before <file>',
      'the database of the time of A: then findings that only the data brought are told apart',
    )
    .optionsGroup('Image options:')
    .option('--ref <reference>', 'which image of the archive:// is meant that is named')
    .option('--to-ref <reference>', 'which image of the archive:// is meant that --to names')
    .optionsGroup(STATEMENTS)
    .option('--vex-location <path>', 'as --vex', each)
    .optionsGroup('')
    .addHelpText('after', () => `${SIDES}\nFormats:\n${compareFormatsHelp()}\n${STATUS}`);
  addScoutFilters(command, true);
  addScoutWords(
    command,
    'hidePolicies',
    'ignoreSuppressed',
    'multiStage',
    'onlyPolicy',
    'onlyStage',
    'onlyVexAffected',
    'org',
    'toEnv',
    'toLatest',
    'vexAuthor',
  );
  command.action(async (first: string, second: string | undefined, options: Options) => {
    const { cache, ...rest } = options;
    await run(
      sidesOf(withRef(first, options.ref), second, options.to && withRef(options.to, options.toRef)),
      options,
      contextOf(typeof cache === 'string' ? { ...rest, cache } : rest),
    );
  });
}

/** What Docker Scout calls otherwise counts where Temper's own word is not given. */
function wordsOf(options: Options) {
  const scout = Object.entries(selectionWords(options)).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(scout), ...options } as Options & ReturnType<typeof selectionWords>;
}

interface Named {
  readonly a: string;
  readonly b: string;
}

/** @throws Fault `usage/sides` */
function sidesOf(first: string, second: string | undefined, to: string | undefined): Named {
  if (to !== undefined && second === undefined) return { a: to, b: first };
  if (to === undefined && second !== undefined) return { a: first, b: second };
  throw new Fault(
    'usage/sides',
    `A comparison has two sides, and ${to === undefined ? 'one is' : 'three are'} named.`,
    'Write `temper compare OLD NEW`, or `temper compare NEW --to OLD`.',
  );
}

async function run({ a, b }: Named, given: Options, context: Context): Promise<void> {
  for (const note of scoutNotes(given)) context.output.note(note);
  const options = { ...given, vex: [...(given.vex ?? []), ...(given.vexLocation ?? [])] };
  const targets = compareTargets(options.output ?? [], formatAsked(options));
  const [{ compareNamed }, { selectionOf }] = await Promise.all([
    import('../../flow/compare/compare.ts'),
    import('../../flow/scan/scan-selection.ts'),
  ]);
  const { reports, notes, warnings } = await compareNamed(a, b, {
    ...context,
    ...selectionOf(wordsOf(options)),
    exitOn: options.exitOn ?? [],
    ...findingRequest(options),
    dbBefore: options.dbBefore,
    progress: (line) => context.output.progress(line),
    announce: (line) => context.output.note(line),
  });
  const { writeTargets } = await import('../../flow/write-targets.ts');
  await writeTargets(reports, targets, {
    what: { area: 'compare', plural: 'comparisons' },
    render: async (report, format) =>
      (await compareRenderer(format))(report, {
        tool,
        all: options.all === true,
        ignoreUnchanged: options.ignoreUnchanged === true,
        files: options.files === true,
      }),
    print: async (pieces) => await context.output.pieces(pieces),
  });
  for (const note of notes) context.output.note(note);
  for (const warning of warnings) context.output.warn(warning);
  if (reports.some(({ objections }) => objections.length > 0)) process.exitCode = 1;
}
