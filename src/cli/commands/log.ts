import type { Command } from 'commander';
import { addCommon, type CommonOptions, type Context, contextOf, each } from '../options.ts';
import { faultText } from '../output.ts';

interface VerifyWords extends CommonOptions {
  readonly key?: string[];
  readonly since?: string;
}

interface ServeWords extends CommonOptions {
  readonly listen: string;
}

const WHERE = `
A LOG is a folder, s3://BUCKET/PREFIX, or the http or https address of a served log.

Examples:
  temper log show s3://acme-logs/release
  temper log verify ./log --key log --since yesterday.checkpoint
  temper log serve ./log --listen 127.0.0.1:8626`;

export function addLog(temper: Command): void {
  const log = temper.command('log').description('read, check and serve transparency logs').addHelpText('after', WHERE);
  addCommon(log.command('show <log> [index...]'))
    .description("show a log's checkpoint and its last entries; with an INDEX, that entry whole and its proof")
    .action(async (place: string, indices: readonly string[], options: CommonOptions) => {
      const context = contextOf(options);
      const { showLog } = await import('../../flow/log/log-show.ts');
      const { shownLogJson, shownLogText } = await import('../../report/log.ts');
      const shown = await showLog(placeOf(place, context), indices);
      context.output.data(context.json ? shownLogJson(shown) : shownLogText(shown, indices.length > 0));
    });
  addVerify(log);
  addServe(log);
}

function addVerify(log: Command): void {
  addCommon(log.command('verify <log>'))
    .description('read every entry and every tile, and check that they are what the checkpoint says')
    .option(
      '--key <key>',
      "the log's key: a public key file, a NAME of yours, the key's reference, or a verifier key; repeatable",
      each,
    )
    .option('--since <file>', 'an older checkpoint: the log must begin with the same entries')
    .action(async (place: string, options: VerifyWords) => {
      const context = contextOf(options);
      const { verifyLog } = await import('../../flow/log/log-verify.ts');
      const { verifiedLogJson, verifiedLogText } = await import('../../report/log.ts');
      const verified = await verifyLog({
        ...placeOf(place, context),
        keys: options.key ?? [],
        since: options.since,
        progress: (line) => context.output.progress(line),
      });
      context.output.data(context.json ? verifiedLogJson(verified) : verifiedLogText(verified));
      if (verified.answer === 'no') process.exitCode = 1;
    });
}

function addServe(log: Command): void {
  addCommon(log.command('serve <log>'))
    .description('serve a log for reading over HTTP, until it is interrupted')
    .option('--listen <address>', 'HOST:PORT, or a PORT of this machine alone', '8626')
    .action(async (place: string, options: ServeWords) => {
      const context = contextOf(options);
      const { serveLog } = await import('../../flow/log/log-serve.ts');
      const { servedLogJson } = await import('../../report/log.ts');
      await serveLog({
        ...placeOf(place, context),
        listen: options.listen,
        started: (url, origin) => {
          const words = `${origin} is served at ${url}`;
          context.output.data(context.json ? servedLogJson({ origin, url }) : words);
        },
        problem: (error) => {
          for (const line of faultText(error).trimEnd().split('\n')) context.output.note(line);
        },
      });
    });
}

function placeOf(log: string, { offline, insecure, signal, environment }: Context) {
  return { log, offline, insecure, signal, environment };
}
