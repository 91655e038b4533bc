import type { Command } from 'commander';
import { addCommon, type CommonOptions, contextOf, keyList } from '../options.ts';

interface Options extends CommonOptions {
  readonly key?: string[];
  readonly policy?: string;
}

export function addVerify(temper: Command): void {
  addCommon(temper.command('verify <image>'))
    .description('check an image from its bytes: digests, signatures, provenance, and its SBOM against its content')
    .option('--key <key>', 'public key of the signer, repeatable; the policy names the signers unless given', keyList)
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given")
    .action(async (image: string, options: Options) => {
      const context = contextOf(options);
      const { verifyNamed } = await import('../../flow/verify-reference.ts');
      const result = await verifyNamed(image, { keys: options.key ?? [], policy: options.policy }, context);
      if (context.json) context.output.data(JSON.stringify({ schema: 'temper/verify/v1', ...result }, null, 2));
      else {
        const { verifyTable } = await import('../../report/verify.ts');
        context.output.data(verifyTable(result));
      }
      process.exitCode = result.decision.answer === 'yes' ? 0 : 1;
    });
}
