import type { Command } from 'commander';
import { Fault } from '../../lib/faults.ts';
import { tool } from '../../lib/tool.ts';
import { addCommon, type CommonOptions, contextOf } from '../options.ts';
import { addReferrersRepository, addThreshold, addTrust, type TrustOptions, trustOf } from '../trust-options.ts';

interface Options extends CommonOptions, TrustOptions {
  readonly platform?: string;
  readonly allTags?: boolean;
  /** False for `--no-referrers`. */
  readonly referrers: boolean;
  readonly jobs: string;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly threshold?: number;
}

const MOST_JOBS = 32;

const PLACES = `
From:  HOST/NAME[:TAG][@DIGEST], oci:DIR[:TAG][@DIGEST], oci-archive:FILE[:TAG][@DIGEST], ./PATH
To:    HOST/NAME[:TAG], oci:DIR[:TAG], oci-archive:FILE[:TAG]; the source's tag unless one is given

Exit status: 0; 1 when --verify refuses; 2 when it could not be answered.
`;

export function addCopy(temper: Command): void {
  const command = addCommon(temper.command('copy <source> <destination>')).description(
    'copy an image with its signatures and attestations between registries, layouts and archives',
  );
  command
    .optionsGroup('Copy options:')
    .option('--platform <platform>', 'only this one, os/architecture[/variant]; the index is not copied then')
    .option('--all-tags', 'every tag of the repository or layout')
    .option('--no-referrers', 'leave signatures and attestations behind')
    .option('--verify', 'copy nothing that does not verify; the evidence is what is copied, byte for byte')
    .option('--jobs <number>', 'blobs and requests at the same time, at most 32', '4')
    .option('--dry-run', 'write nothing: say what would be');
  addReferrersRepository(addThreshold(addTrust(command, ', with --verify; the policy names the signers unless given')))
    .addHelpText('after', PLACES)
    .action(async (source: string, destination: string, options: Options) => {
      const { threshold } = options;
      const trust = { ...trustOf(options), threshold };
      const context = contextOf(options);
      const asked = options.verify === true || Object.values(trust).some((one) => one !== undefined && !isEmpty(one));
      const jobs = jobsOf(options.jobs);
      const { copy } = await import('../../flow/copy/copy.ts');
      const result = await copy(source, destination, {
        ...context,
        platform: options.platform,
        allTags: options.allTags === true,
        referrers: options.referrers,
        jobs,
        dryRun: options.dryRun === true,
        verify: asked ? trust : undefined,
        progress: (line) => context.output.progress(line),
      });
      const { copyJson, copyText } = await import('../../report/copy.ts');
      context.output.data(context.json ? copyJson(result, tool) : copyText(result));
      for (const note of result.notes) context.output.warn(note);
      process.exitCode = result.images.some(({ outcome }) => outcome === 'refused') ? 1 : 0;
    });
}

function isEmpty(one: unknown): boolean {
  return Array.isArray(one) && one.length === 0;
}

/** @throws Fault `option/jobs` */
function jobsOf(text: string): number {
  const jobs = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new Fault(
    'option/jobs',
    `"${text.slice(0, 100)}" is no number of jobs.`,
    `Write a number from 1 to ${MOST_JOBS}.`,
  );
}
