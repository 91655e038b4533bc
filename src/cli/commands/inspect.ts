import type { Command } from 'commander';
import { addCommon, type CommonOptions, contextOf } from '../options.ts';

export function addInspect(temper: Command): void {
  addCommon(temper.command('inspect <image>'))
    .description('show an image, what hangs on it and how much is in it, without judging it')
    .option('--no-contents', 'read no layers: nothing is counted')
    .action(async (image: string, options: CommonOptions & { readonly contents: boolean }) => {
      const context = contextOf(options);
      const { inspectImage } = await import('../../flow/sbom/inspect-contents.ts');
      const inspection = await inspectImage(image, {
        ...context,
        contents: options.contents,
        progress: (line) => context.output.progress(line),
      });
      const { inspectJson, inspectTable } = await import('../../report/inspect.ts');
      context.output.data(context.json ? inspectJson(inspection) : inspectTable(inspection));
    });
}
