// `temper trust root`.
import type { Command } from 'commander';
import { addCommon, type CommonOptions, contextOf, each } from '../options.ts';

interface PartsWords extends CommonOptions {
  readonly log?: string[];
  readonly rekor?: string[];
  readonly ctlog?: string[];
  readonly fulcio?: string[];
  readonly tsa?: string[];
  readonly base?: string;
  readonly output?: string;
}

export function addParts(trust: Command): void {
  addCommon(trust.command('root'))
    .description("write a trusted root of Sigstore's form; each part may end in ,start=TIME,end=TIME")
    .option('--log <origin=key>', 'a log of C2SP tlog-tiles, such as the embedded one, or Rekor v2; repeatable', each)
    .option('--rekor <url=key>', 'a log of Rekor v1; repeatable', each)
    .option('--ctlog <url=key>', 'a log of certificates; repeatable', each)
    .option('--fulcio <url=chain>', 'who issues certificates: PEM, its root last; repeatable', each)
    .option('--tsa <url=chain>', 'an RFC 3161 timestamp authority: PEM, its root last; repeatable', each)
    .option('--base <file>', 'a trusted root that is added to')
    .option('--output <file>', 'where to write it; standard output unless given')
    .action(async (options: PartsWords) => {
      const context = contextOf(options);
      const { log = [], rekor = [], ctlog = [], fulcio = [], tsa = [], base, output } = options;
      const { writeTrustedRoot } = await import('../../flow/trust/trust-parts.ts');
      const { password, environment, offline, signal } = context;
      const keys = { password, environment, offline, signal };
      const written = await writeTrustedRoot({ ...keys, parts: { log, rekor, ctlog, fulcio, tsa }, base, output });
      const { writtenRootJson, writtenRootText } = await import('../../report/trust.ts');
      if (output === undefined) context.output.data(written.bytes.toString('utf8'));
      else context.output.data(context.json ? writtenRootJson(written) : writtenRootText(written));
    });
}
