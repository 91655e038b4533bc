import type { Command } from 'commander';
import { addCommon, type CommonOptions, contextOf } from '../options.ts';

export function addInspect(temper: Command): void {
  addCommon(temper.command('inspect <image>'))
    .description('show an image and what hangs on it, without judging it')
    .action(async (image: string, options: CommonOptions) => {
      const context = contextOf(options);
      const { inspect } = await import('../../flow/inspect.ts');
      const inspection = await inspect(image, context);
      if (context.json) context.output.data(JSON.stringify({ schema: 'temper/inspect/v1', ...inspection }, null, 2));
      else {
        const { inspectTable } = await import('../../report/inspect.ts');
        context.output.data(inspectTable(inspection));
      }
    });
}
