// `temper trust init|update|show|list|get`.
import type { Command } from 'commander';
import type { ShownTrust } from '../../flow/trust/trust-shown.ts';
import { addCommon, type CommonOptions, type Context, contextOf } from '../options.ts';

interface InitWords extends CommonOptions {
  readonly root?: string;
  readonly from?: string;
  readonly targets?: string;
  readonly name: string;
  readonly replace?: boolean;
}

interface GetWords extends CommonOptions {
  readonly name: string;
  readonly output?: string;
}

const DEFAULT = 'default';
const NAME = 'the name it has here; the one named default is used unless another is asked for';

export function addFollowing(trust: Command): void {
  addCommon(trust.command('init'))
    .description("follow a trust root from its first root on; Sigstore's public instance unless told otherwise")
    .option('--root <file>', 'the first root.json, which is believed because you name it')
    .option('--from <place>', 'address or folder of the repository')
    .option('--targets <place>', 'where its targets are; targets/ below it unless given')
    .option('--name <name>', NAME, DEFAULT)
    .option('--replace', 'forget what was kept under that name, and the versions that were seen')
    .action(async (options: InitWords) => {
      const context = contextOf(options);
      const { initTrust } = await import('../../flow/trust/trust-roots.ts');
      const { name, root, from, targets, replace = false } = options;
      await show(context, await initTrust({ ...access(context), name, root, from, targets, replace }));
    });
  addCommon(trust.command('update [name]'))
    .description('bring a trust root up to date, or all of them; one that fails stays as it was')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const context = contextOf(options);
      const { updateAll, updateTrust } = await import('../../flow/trust/trust-roots.ts');
      if (name === undefined) await showAll(context, await updateAll(access(context)));
      else await show(context, await updateTrust(name, access(context)));
    });
  addCommon(trust.command('show [name]'))
    .description('show a trust root that is followed, or a repository in a DIR: versions, expiry, targets, what waits')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const context = contextOf(options);
      if (name?.includes('/') === true) await showRepository(context, name);
      else await show(context, await (await import('../../flow/trust/trust-roots.ts')).showTrust(name ?? DEFAULT));
    });
  addCommon(trust.command('list'))
    .description('list the trust roots that are followed')
    .action(async (options: CommonOptions) => {
      const { listTrust } = await import('../../flow/trust/trust-roots.ts');
      await showAll(contextOf(options), await listTrust());
    });
  addGet(trust);
}

function addGet(trust: Command): void {
  addCommon(trust.command('get <target>'))
    .description('write a target as it was fetched with the last update')
    .option('--name <name>', 'of which trust root', DEFAULT)
    .option('--output <file>', 'where to write it; standard output unless given')
    .action(async (target: string, options: GetWords) => {
      const context = contextOf(options);
      const { getTarget } = await import('../../flow/trust/trust-roots.ts');
      const bytes = await getTarget(options.name, target, options.output);
      if (options.output === undefined) context.output.data(bytes.toString('utf8'));
    });
}

function access({ offline, insecure, signal, output }: Context) {
  return { offline, insecure, signal, progress: (line: string) => output.progress(line) };
}

async function show({ json, output }: Context, shown: ShownTrust): Promise<void> {
  const { trustJson, trustText } = await import('../../report/trust.ts');
  output.data(json ? trustJson(shown) : trustText(shown));
}

async function showAll({ json, output }: Context, all: readonly ShownTrust[]): Promise<void> {
  const { trustListJson, trustTable } = await import('../../report/trust.ts');
  output.data(json ? trustListJson(all) : trustTable(all));
}

async function showRepository({ json, output }: Context, folder: string): Promise<void> {
  const { repositoryStatus } = await import('../../flow/trust/trust-status.ts');
  const { repositoryJson, repositoryText } = await import('../../report/trust.ts');
  const status = await repositoryStatus(folder);
  output.data(json ? repositoryJson(status) : repositoryText(status));
}
