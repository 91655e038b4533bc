import type { Command } from 'commander';
import { writeFile } from '../../io/files.ts';
import { addCommon, type CommonOptions, type Context, contextOf, keyList } from '../options.ts';

interface Options extends CommonOptions {
  readonly predicateType?: string;
  readonly platform?: string;
  readonly verify?: boolean;
  readonly key?: string[];
  readonly policy?: string;
  readonly output?: string;
  readonly predicate?: boolean;
}

function addSelection(command: Command): Command {
  return addCommon(command)
    .option('--predicate-type <type>', 'a URI, or spdx, cyclonedx, provenance, slsaprovenance02, signature')
    .option('--platform <platform>', "only what hangs on this platform's manifest")
    .option('--verify', 'only what a trusted key signed')
    .option(
      '--key <key>',
      'public key of the signer, with --verify; the policy names the signers unless given',
      keyList,
    )
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given");
}

function requestOf(options: Options, context: Context) {
  return {
    ...context,
    predicateType: options.predicateType,
    platform: options.platform,
    verify: options.verify === true || (options.key ?? []).length > 0,
    keys: options.key ?? [],
    policy: options.policy,
  };
}

export function addAttestation(temper: Command): void {
  const attestation = temper.command('attestation').description('list and get the signed statements about an image');
  addSelection(attestation.command('list <image>'))
    .description('list them')
    .action(async (image: string, options: Options) => {
      const context = contextOf(options);
      const request = requestOf(options, context);
      const { listNamed } = await import('../../flow/named-attestations.ts');
      const list = await listNamed(image, request);
      if (context.json)
        context.output.data(JSON.stringify({ schema: 'temper/attestations/v1', attestations: list }, null, 2));
      else {
        const { attestationsTable } = await import('../../report/attestations.ts');
        context.output.data(attestationsTable(list, request.verify));
      }
      process.exitCode = request.verify && list.some((a) => a.signer === undefined) ? 1 : 0;
    });
  addSelection(attestation.command('get <image>'))
    .description('print one statement; with --verify nothing is written unless it is proved')
    .option('--predicate', 'only the predicate')
    .option('-o, --output <file>', 'write it to a file')
    .action(async (image: string, options: Options) => {
      const context = contextOf(options);
      const { getNamed } = await import('../../flow/named-attestations.ts');
      const got = await getNamed(image, requestOf(options, context));
      if (got.outcome === 'refused') {
        const { checksTable } = await import('../../report/checks.ts');
        context.output.note(`temper: Nothing that is there is proved.\n${checksTable(got.checks)}`);
        process.exitCode = 1;
        return;
      }
      const text = options.predicate === true ? JSON.stringify(got.predicate) : got.statement.toString('utf8');
      if (options.output === undefined) context.output.data(text);
      else await writeFile(options.output, text);
    });
}
