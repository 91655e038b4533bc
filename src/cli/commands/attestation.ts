import type { Command } from 'commander';
import { writeFile } from '../../io/pending-file.ts';
import { Fault } from '../../lib/faults.ts';
import { addCommon, type CommonOptions, type Context, contextOf, each } from '../options.ts';
import { addReferrersRepository, addTrust, type TrustOptions, trustOf } from '../trust-options.ts';
import { addScoutWords, scoutNotes } from '../scout/words.ts';
import { addSigning } from '../signing-options.ts';
import { type AttestOptions, attestNamed } from './attest.ts';

interface Options extends CommonOptions, TrustOptions {
  readonly predicateType?: string;
  readonly platform?: string;
  readonly verify?: boolean;
  readonly output?: string;
  readonly predicate?: boolean;
}

function addSelection(command: Command): Command {
  addCommon(command, 'table (or list) or json');
  command
    .option('--predicate-type <type>', 'a URI, or spdx, cyclonedx, provenance, slsaprovenance02, signature')
    .option('--platform <platform>', "only what hangs on this platform's manifest")
    .option('--verify', 'only what a trusted key signed');
  addReferrersRepository(addTrust(command, ', with --verify; the policy names the signers unless given'));
  command.optionsGroup('').option('-o, --output <file>', 'write it to a file');
  return addScoutWords(command, 'org', 'skipTlog');
}

function requestOf(options: Options, context: Context) {
  const trust = trustOf(options);
  return {
    ...context,
    predicateType: options.predicateType,
    platform: options.platform,
    verify: options.verify === true || trust.keys.length > 0 || trust.identity !== undefined,
    trust,
  };
}

export function addAttestation(temper: Command): void {
  const attestation = temper
    .command('attestation')
    .description('list and get the signed statements about an image')
    .addHelpText('after', EXAMPLES);
  addSelection(attestation.command('list <image>'))
    .description('list them')
    .action(async (image: string, options: Options) => {
      const context = contextOf(options);
      refuseOtherFormats(options);
      for (const note of scoutNotes(options)) context.output.note(note);
      const request = requestOf(options, context);
      const { listNamed } = await import('../../flow/verification/named-attestations.ts');
      const list = await listNamed(image, request);
      const { attestationsJson, attestationsTable } = await import('../../report/attestations.ts');
      const text = context.json ? attestationsJson(list) : attestationsTable(list, request.verify);
      if (options.output === undefined) context.output.data(text);
      else await writeFile(options.output, `${text}\n`);
      process.exitCode = request.verify && list.some((a) => a.signer === undefined) ? 1 : 0;
    });
  addSelection(attestation.command('get <image> [digest]'))
    .description('print one statement; with --verify nothing is written unless it is proved')
    .option('--predicate', 'only the predicate')
    .action(async (image: string, digest: string | undefined, options: Options) => {
      const context = contextOf(options);
      for (const note of scoutNotes(options)) context.output.note(note);
      const { getNamed } = await import('../../flow/verification/named-attestations.ts');
      const got = await getNamed(image, { ...requestOf(options, context), digest });
      if (got.outcome === 'refused') {
        const { checksTable } = await import('../../report/checks.ts');
        context.output.note('temper: Nothing that is there is proved.');
        for (const line of checksTable(got.checks).split('\n')) context.output.note(line);
        process.exitCode = 1;
        return;
      }
      const text = options.predicate === true ? JSON.stringify(got.predicate) : got.statement.toString('utf8');
      if (options.output === undefined) context.output.data(text);
      else await writeFile(options.output, text);
    });
  addAttach(attestation);
}

const EXAMPLES = `
Examples:
  temper attestation list registry.example/app:1.2 --verify
  temper attestation get oci:app --platform linux/amd64 --predicate-type spdxjson --predicate --key release`;

interface AttachOptions extends AttestOptions {
  readonly file: readonly string[];
  readonly predicateType: string;
}

/** As Docker Scout has it; `temper attest` is the same in Temper's words. */
function addAttach(attestation: Command): void {
  const command = addCommon(attestation.command('add <image>'))
    .description('sign what a file says about an image: temper attest in the words of Docker Scout')
    .optionsGroup('Statement options:')
    .requiredOption('--file <file>', 'the predicate, JSON; repeatable', each)
    .requiredOption('--predicate-type <type>', 'its type: a URI, or spdxjson, cyclonedx, openvex, …')
    .option('--platform <platform>', "hang it on this platform's manifest, not on what is named");
  addSigning(command)
    .optionsGroup('Signature options:')
    .option('--signature-format <format>', 'bundle, cosign-tag or docker; repeatable; bundle unless given', each)
    .action(async (image: string, { file: files, predicateType: type, ...options }: AttachOptions) => {
      const context = contextOf(options);
      for (const predicate of files) await attestNamed(image, { ...options, predicate, type }, context);
    });
}

/** @throws Fault `option/format` */
function refuseOtherFormats({ format }: Options): void {
  if (format === undefined || ['table', 'list', 'json'].includes(format)) return;
  const sentence = `There is no format "${format.slice(0, 100)}" of a list.`;
  throw new Fault('option/format', sentence, 'Formats are table (or list) and json.');
}
