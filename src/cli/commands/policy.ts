import type { Command } from 'commander';
import { addCommon, type CommonOptions, contextOf } from '../options.ts';

interface TestOptions extends CommonOptions {
  readonly policy?: string;
}

interface RecordOptions extends TestOptions {
  readonly output: string;
  readonly name?: string;
  readonly signaturesOnly?: boolean;
  readonly platform?: string;
}

export function addPolicy(temper: Command): void {
  const policy = temper.command('policy').description('test a policy against recorded cases');
  addCommon(policy.command('test <cases>'))
    .description('judge every case of a file or folder again, and say what is other than expected')
    .option('--policy <file>', "the policy; the one that a case names, or the user's, unless given")
    .action(async (cases: string, options: TestOptions) => {
      const context = contextOf(options);
      const { testPolicy } = await import('../../flow/verification/policy-test.ts');
      const { testedJson, testedText } = await import('../../report/policy.ts');
      const tested = await testPolicy(cases, options.policy);
      context.output.data(context.json ? testedJson(tested) : testedText(tested));
      process.exitCode = tested.every(({ passed }) => passed) ? 0 : 1;
    });
  addCommon(policy.command('record <image>'))
    .description('write down what a judgement of an image reads, but for its layers, and its answer')
    .requiredOption('-o, --output <file>', 'where the case is written')
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given")
    .option('--name <name>', 'what the case is called')
    .option('--signatures-only', 'only the signature of what the reference names')
    .option('--platform <platform>', "only this platform's manifest of an index")
    .action(async (image: string, options: RecordOptions) => {
      const context = contextOf(options);
      const { recordCase } = await import('../../flow/verification/policy-record.ts');
      const { policy: file, name, signaturesOnly, platform, output } = options;
      const made = await recordCase(image, { ...context, policy: file, name, signaturesOnly, platform, output });
      const { recordedJson, recordedText } = await import('../../report/policy.ts');
      context.output.data(context.json ? recordedJson(made) : recordedText(made));
    });
}
