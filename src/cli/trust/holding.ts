// `temper trust create|add|remove|refresh|rotate|sign`.
import { type Command, Option } from 'commander';
import { Fault } from '../../lib/faults.ts';
import type { RepositoryStatus } from '../../flow/trust/trust-status.ts';
import {
  addCommon,
  ALLOW_EXTRACTABLE,
  type CommonOptions,
  type Context,
  contextOf,
  each,
  SIGNING_KEY,
} from '../options.ts';

const ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const;
type Role = (typeof ROLES)[number];

interface HolderWords extends CommonOptions {
  readonly key?: string[];
  readonly allowExtractableKey?: boolean;
}

interface CreateWords extends HolderWords {
  readonly holder?: string[];
  readonly threshold?: number;
  readonly onlineKey?: string[];
  readonly days?: Partial<Record<Role, number>>;
}

interface RotateWords extends HolderWords {
  readonly addKey?: string[];
  readonly removeKey?: string[];
  readonly threshold?: number;
  readonly role?: Role[];
  readonly days?: Partial<Record<Role, number>>;
}

export function addHolding(trust: Command): void {
  addCreate(trust);
  holder(trust.command('add <dir> <file...>'))
    .description('put files among the targets; needs the signatures of the holders')
    .option('--as <name>', "the target's name, of one file")
    .action(async (folder: string, files: string[], options: HolderWords & { as?: string }) => {
      const context = contextOf(options);
      const { addTargets } = await import('../../flow/trust/trust-repository.ts');
      await show(context, await addTargets(request(folder, options, context), files, options.as));
    });
  holder(trust.command('remove <dir> <target...>'))
    .description('take files away from the targets; needs the signatures of the holders')
    .action(async (folder: string, names: string[], options: HolderWords) => {
      const context = contextOf(options);
      const { removeTargets } = await import('../../flow/trust/trust-repository.ts');
      await show(context, await removeTargets(request(folder, options, context), names));
    });
  holder(trust.command('refresh <dir>'))
    .description('make the timestamp anew, so that it counts longer; with --role others too')
    .addOption(role('also make this role anew; repeatable'))
    .action(async (folder: string, options: HolderWords & { role?: Role[] }) => {
      const context = contextOf(options);
      const { refreshRepository } = await import('../../flow/trust/trust-rotation.ts');
      await show(context, await refreshRepository(request(folder, options, context), options.role ?? []));
    });
  addRotate(trust);
  addSign(trust);
}

function addCreate(trust: Command): void {
  holder(trust.command('create <dir> [file...]'))
    .description('begin a TUF repository whose root and targets need the signatures of several holders')
    .option('--holder <key>', 'the public key of a holder who signs elsewhere; repeatable', each)
    .addOption(threshold("more than half of the holders' unless given"))
    .option(
      '--online-key <key>',
      'a private key of snapshot and timestamp; the first --key unless given; repeatable',
      each,
    )
    .addOption(days())
    .action(async (folder: string, files: string[], options: CreateWords) => {
      const context = contextOf(options);
      const { createRepository } = await import('../../flow/trust/trust-repository.ts');
      const { holder: holders = [], threshold: wanted, onlineKey: online = [], days: periods = {} } = options;
      const made = { ...request(folder, options, context), holders, threshold: wanted, online, files, periods };
      await show(context, await createRepository(made));
    });
}

function addRotate(trust: Command): void {
  holder(trust.command('rotate <dir>'))
    .description(
      'change whose keys count, how many, or for how long metadata counts: a new root, signed by old and new',
    )
    .option('--add-key <key>', 'a public key; repeatable', each)
    .option('--remove-key <key>', 'a public key, or the first digits of its id; repeatable', each)
    .addOption(threshold('as it was unless given'))
    .addOption(role('whose keys change; root and targets unless given; repeatable'))
    .addOption(days())
    .action(async (folder: string, options: RotateWords) => {
      const context = contextOf(options);
      const { rotateRepository } = await import('../../flow/trust/trust-rotation.ts');
      const { addKey: add = [], removeKey: remove = [], role: roles = ['root', 'targets'] } = options;
      const { threshold: wanted, days: periods = {} } = options;
      const rotation = { ...request(folder, options, context), roles, add, remove, threshold: wanted, periods };
      await show(context, await rotateRepository(rotation));
    });
}

function addSign(trust: Command): void {
  holder(trust.command('sign <place>'))
    .description('sign what waits in a repository, or a FILE from its folder pending that was sent to you')
    .option('--merge <file>', 'take over the signatures of this copy; repeatable', each)
    .action(async (place: string, options: HolderWords & { merge?: string[] }) => {
      const context = contextOf(options);
      if (!place.endsWith('.json')) {
        const { signRepository } = await import('../../flow/trust/trust-repository.ts');
        return await show(context, await signRepository(request(place, options, context), options.merge ?? []));
      }
      const { signMetadataFile } = await import('../../flow/trust/trust-sign-file.ts');
      const { signedFileJson, signedFileText } = await import('../../report/trust.ts');
      const signed = await signMetadataFile(place, request(place, options, context));
      return context.output.data(context.json ? signedFileJson(signed) : signedFileText(signed));
    });
}

function holder(command: Command): Command {
  return addCommon(command)
    .option('--key <key>', `a private key that signs: ${SIGNING_KEY}; repeatable`, each)
    .option('--allow-extractable-key', ALLOW_EXTRACTABLE);
}

function request(folder: string, options: HolderWords, { password, environment, offline, signal, output }: Context) {
  const allowExtractable = options.allowExtractableKey === true;
  const warn = (line: string): void => output.note(`temper: ${line}`);
  return { folder, keys: options.key ?? [], password, environment, offline, signal, allowExtractable, warn };
}

function threshold(unless: string): Option {
  return new Option('--threshold <count>', `how many distinct holders must sign; ${unless}`).argParser((text) => {
    if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
    throw new Fault('usage/threshold', `"${text.slice(0, 40)}" is no number of holders.`, 'Write a number from 1 up.');
  });
}

function role(about: string): Option {
  return new Option('--role <role>', about).argParser((text: string, before: Role[] | undefined): Role[] => {
    const found = ROLES.find((one) => one === text);
    if (found !== undefined) return [...(before ?? []), found];
    throw new Fault('usage/role', `"${text.slice(0, 40)}" is no role.`, `Write one of ${ROLES.join(', ')}.`);
  });
}

function days(): Option {
  const about = 'for how many days new metadata of a role counts, such as timestamp=2; repeatable';
  return new Option('--days <role=days>', about).argParser(
    (text: string, before: Partial<Record<Role, number>> | undefined) => {
      const [, name, count] = /^([a-z]+)=([1-9]\d{0,3})$/.exec(text) ?? [];
      const found = ROLES.find((one) => one === name);
      if (found !== undefined && Number(count) <= 3650) return { ...before, [found]: Number(count) };
      throw new Fault(
        'usage/days',
        `"${text.slice(0, 40)}" is no role with its days.`,
        'Write ROLE=DAYS, up to 3650 days.',
      );
    },
  );
}

async function show({ json, output }: Context, status: RepositoryStatus): Promise<void> {
  const { repositoryJson, repositoryText } = await import('../../report/trust.ts');
  output.data(json ? repositoryJson(status) : repositoryText(status));
}
