import type { Command } from 'commander';
import { addCommon, type CommonOptions, contextOf } from '../options.ts';

export function addLock(temper: Command): void {
  addCommon(temper.command('lock <definition>'))
    .description('resolve the packages anew and write the lock beside the definition')
    .action(async (definition: string, options: CommonOptions) => {
      const context = contextOf(options);
      const { lock } = await import('../../flow/build/renew-lock.ts');
      const report = await lock({ ...context, definition, progress: (line) => context.output.progress(line) });
      if (context.json) context.output.data(JSON.stringify(report, null, 2));
      else {
        const { lockTable } = await import('../../report/lock.ts');
        context.output.data(lockTable(report));
      }
    });
}
