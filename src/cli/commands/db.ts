import type { Command } from 'commander';
import type { UpdateResult } from '../../flow/database/db-update.ts';
import {
  addCommon,
  ALLOW_EXTRACTABLE,
  type CommonOptions,
  type Context,
  contextOf,
  each,
  repeatable,
  SIGNING_KEY,
} from '../options.ts';

interface Options extends CommonOptions {
  readonly from?: string[];
  readonly ecosystem?: string[];
  readonly keepGoing?: boolean;
  readonly allowShrink?: boolean;
  readonly db?: string;
  readonly output?: string;
  readonly push?: string;
  readonly key?: string[];
  readonly allowExtractableKey?: boolean;
  readonly policy?: string;
  readonly maxDbAge?: string;
  readonly check?: boolean;
  readonly feed?: string[];
}

export function addDb(temper: Command): void {
  const db = temper.command('db').description('make, update and describe the vulnerability database');
  addUpdate(db);
  addStatus(db);
  addBuild(db);
  addExport(db);
}

const ECOSYSTEM = ["only what is needed for these, in OSV's words: Debian:13, npm; repeatable", repeatable] as const;
const DB = "the database file; Temper's own in the cache folder unless given";

function addUpdate(db: Command): void {
  addCommon(db.command('update'))
    .description('bring the database up to date in place, or make it')
    .option(
      '--from <place>',
      'FEED, FEED:DIR, FEED:URL, a folder or address with feeds below their names, or a signed database: oci:DIR[:TAG], HOST/NAME[:TAG]; repeatable',
      each,
    )
    .option('--db <file>', DB)
    .option('--ecosystem <name>', ...ECOSYSTEM)
    .option('--key <key>', 'public key of who signs a fetched database, repeatable; else the policy names them', each)
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given")
    .option('--keep-going', 'take the other feeds where one fails')
    .option('--allow-shrink', 'take a feed also where more than half of it is gone')
    .action(async (options: Options) => {
      const context = contextOf(options);
      const { updateDatabase } = await import('../../flow/database/db-update.ts');
      const result = await updateDatabase({
        ...requestOf(options, context),
        db: options.db,
        allowShrink: options.allowShrink === true,
        keys: options.key ?? [],
        policy: options.policy,
      });
      await show(context, options, result);
    });
}

function addBuild(db: Command): void {
  addCommon(db.command('build'))
    .description('make a database of feeds from nothing')
    .requiredOption('-o, --output <file>', 'the new database')
    .option(
      '--from <place>',
      'FEED, FEED:DIR, FEED:URL, all, or a folder or address with feeds below their names; repeatable',
      each,
    )
    .option('--ecosystem <name>', ...ECOSYSTEM)
    .option('--keep-going', 'take the other feeds where one fails')
    .option('--push <reference>', 'publish it, signed: oci:DIR[:TAG], HOST/NAME[:TAG]')
    .option('--key <key>', `private key for --push: ${SIGNING_KEY}; your own default key unless given`, each)
    .option('--allow-extractable-key', ALLOW_EXTRACTABLE)
    .action(async (options: Options & { readonly output: string }) => {
      const context = contextOf(options);
      const { buildDatabase } = await import('../../flow/database/db-build.ts');
      const { output, push, key = [] } = options;
      const request = requestOf(options, context);
      const result = await buildDatabase({
        ...request,
        password: context.password,
        output,
        push,
        key: key.at(-1),
        allowExtractable: options.allowExtractableKey,
        warn: (sentence) => context.output.note(`temper: ${sentence}`),
      });
      await show(context, { ...options, db: output }, result);
    });
}

function addStatus(db: Command): void {
  addCommon(db.command('status'))
    .description('show what is in the database, how old it is and who vouches for it')
    .option('--db <file>', DB)
    .option('--max-db-age <age>', 'exit with 1 where a feed is older: 36h, 3d, 2w')
    .option('--check', 'read every page and row')
    .action(async (options: Options) => {
      await show(contextOf(options), options, undefined);
    });
}

function addExport(db: Command): void {
  addCommon(db.command('export'), 'jsonl: the Debian records, one a line')
    .description('write records for other programs')
    .option('--db <file>', DB)
    .option('--feed <name>', 'only what this feed says, repeatable', repeatable)
    .option('-o, --output <file>', 'a file instead of stdout')
    .action(async (options: Options) => {
      const context = contextOf(options);
      const { exportDatabase } = await import('../../flow/database/db-export.ts');
      const count = await exportDatabase({
        db: options.db,
        cache: context.cache,
        format: options.format ?? 'jsonl',
        feeds: options.feed ?? [],
        output: options.output,
        print: async (pieces) => await context.output.pieces(pieces),
      });
      if (count === 0)
        context.output.note('Nothing is written: no feed that is asked for says anything of Debian packages here.');
    });
}

function requestOf(options: Options, context: Context) {
  return {
    ...context,
    from: options.from ?? [],
    ecosystems: options.ecosystem,
    keepGoing: options.keepGoing === true,
    progress: (line: string) => context.output.progress(line),
  };
}

async function show(context: Context, options: Options, result: UpdateResult | undefined): Promise<void> {
  const { databaseStatus } = await import('../../flow/database/db-status.ts');
  const { environment, cache } = context;
  const { db, maxDbAge: maxAge, check = false } = options;
  const status = await databaseStatus({ db, cache, maxAge, check, environment });
  if (context.json) {
    const { databaseJson } = await import('../../report/db-json.ts');
    context.output.data(databaseJson(status, result));
  } else {
    const { databaseTable, changeLines } = await import('../../report/db.ts');
    const changes = result === undefined ? '' : changeLines(result);
    context.output.data(`${changes}${changes === '' ? '' : '\n\n'}${databaseTable(status)}`);
  }
  if (result === undefined && status.stale.length > 0) process.exitCode = 1;
}
