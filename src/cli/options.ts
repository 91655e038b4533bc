// Options that mean the same on every command.
import { type Command, Help, Option } from 'commander';
import { environment } from '../io/environment.ts';
import { userFolders } from '../io/user-folders.ts';
import type { ReferenceOptions } from '../flow/verification/verify-reference.ts';
import { Fault } from '../lib/faults.ts';
import { makeOutput, type Output } from './output.ts';

export interface CommonOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly quiet?: boolean;
  readonly offline?: boolean;
  readonly cache?: string;
  readonly insecure?: boolean;
  /** Of the commands that have the option. */
  readonly referrersRepository?: string;
}

/** Where the help has what every command takes: last. */
const COMMON = 'Common options:';

/** @param formats what `--format` takes where there is more than table and json: described, and judged by the command */
export function addCommon(command: Command, formats?: string): Command {
  const format = new Option('-f, --format <format>', formats ?? 'table or json');
  return command
    .configureHelp({ groupItems: commonLast })
    .optionsGroup(COMMON)
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .addOption(formats === undefined ? format.choices(['table', 'json']) : format)
    .option('-q, --quiet', 'no progress, and no notes but those that matter')
    .option('--offline', 'no network at all')
    .option('--cache <dir>', 'where fetched and computed content is kept')
    .option('--insecure', 'plain HTTP for registries that are not on this machine')
    .optionsGroup('');
}

/** The groups of a help, with {@link COMMON} behind all others. */
function commonLast<Item extends Command | Option>(
  all: Item[],
  visible: Item[],
  groupOf: (item: Item) => string,
): Map<string, Item[]> {
  const isHelp = (item: Item): boolean => item instanceof Option && item.long === '--help';
  const groups = new Help().groupItems(all, visible, (item) => (isHelp(item) ? COMMON : groupOf(item)));
  const common = groups.get(COMMON);
  if (common === undefined || !groups.delete(COMMON)) return groups;
  return groups.set(COMMON, common);
}

/** What `--key` takes where one signs. */
export const SIGNING_KEY =
  'a file, a NAME of yours, pkcs11:…, hashivault://…, awskms://…, gcpkms://…, azurekms://…, k8s://…';
export const ALLOW_EXTRACTABLE = 'sign also with a key that may leave its device, or was not made there';

/** What is asked for with `--format` or `--json`. @throws Fault `usage/format` where they say different things */
export function formatAsked({ json, format }: Pick<CommonOptions, 'json' | 'format'>): string | undefined {
  if (json !== true) return format;
  if (format === undefined || format === 'json') return 'json';
  throw new Fault(
    'usage/format',
    `--json and --format ${format.slice(0, 100)} ask for different things.`,
    'Write one of them; --output FORMAT=FILE writes further ones to files.',
  );
}

export interface Context {
  readonly json: boolean;
  readonly output: Output;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly cache: string;
  /** Of private key files; empty unless COSIGN_PASSWORD is set. */
  readonly password: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** What names of images stood for when they were first asked for: one command speaks of one image. */
  readonly resolved: NonNullable<ReferenceOptions['resolved']>;
  readonly referrersRepository: string | undefined;
}

/** Milliseconds that what is under way has to end after the first signal. */
const PATIENCE = 10_000;

export function contextOf(options: CommonOptions): Context {
  const env = environment();
  const aborter = new AbortController();
  let asked = false;
  const stop = () => {
    // A second Ctrl-C does not wait for what is under way.
    if (asked) process.exit(130);
    asked = true;
    // What does not hear of it in time does not keep the process.
    setTimeout(() => process.exit(130), PATIENCE).unref();
    aborter.abort(
      new Fault(
        'interrupted',
        'The command was interrupted.',
        'Run it again: what was fetched is kept, nothing was half-written.',
      ),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    json: options.json === true || options.format === 'json',
    output: makeOutput(options.quiet === true || options.json === true),
    offline: options.offline === true,
    insecure: options.insecure === true,
    cache: options.cache ?? userFolders.cache(),
    password: env.COSIGN_PASSWORD ?? '',
    environment: env,
    signal: aborter.signal,
    resolved: new Map(),
    referrersRepository: options.referrersRepository ?? (options.offline === true ? undefined : cosignRepository(env)),
  };
}

/** Cosign's name for a place of signatures, which is a registry's. */
function cosignRepository({ COSIGN_REPOSITORY: named }: Context['environment']): string | undefined {
  return named === '' ? undefined : named;
}

/** Collects an option whose values may hold commas. */
export function each(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Collects `--key` of who verifies: files, also with commas between them, or references, which may hold commas. */
export function keyList(value: string, before: readonly string[] | undefined): string[] {
  return /^[a-z0-9]+:/i.test(value) ? each(value, before) : repeatable(value, before);
}

/** Collects a repeatable option. */
export function repeatable(value: string, before: readonly string[] | undefined): string[] {
  return [
    ...(before ?? []),
    ...value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}
