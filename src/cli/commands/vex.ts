import type { Command } from 'commander';
import { writeFile } from '../../io/pending-file.ts';
import { addCommon, type CommonOptions, type Context, contextOf, each, keyList, repeatable } from '../options.ts';
import { addReferrersRepository } from '../trust-options.ts';
import { addScoutWords, scoutNotes } from '../scout/words.ts';

interface Trusting extends CommonOptions {
  readonly key?: string[];
  readonly policy?: string;
  readonly base?: string;
}

interface AddWords extends CommonOptions {
  readonly product?: string[];
  readonly subcomponent?: string[];
  readonly vulnerability: string;
  readonly alias?: string[];
  readonly status: string;
  readonly justification?: string;
  readonly impact?: string;
  readonly action?: string;
  readonly author?: string;
}

interface ExportWords extends Trusting {
  readonly image: string;
  readonly author?: string;
  readonly onlyImage?: boolean;
  readonly platform?: string;
  readonly output?: string;
}

export function addVex(temper: Command): void {
  const vex = temper
    .command('vex')
    .description('say why a vulnerability does not count, or does; list and export what is said');
  addAdd(vex);
  addList(vex);
  addExport(vex);
  addGet(vex);
}

function addAdd(vex: Command): void {
  addCommon(vex.command('add <file>'))
    .description('append a statement to an OpenVEX document, which is made when it is not there')
    .option(
      '--product <product>',
      'an image, its digest or package URL, or the package URL of a package; repeatable',
      each,
    )
    .option('--subcomponent <purl>', 'the part of the product that is meant; repeatable', each)
    .requiredOption('--vulnerability <id>', 'CVE-…, GHSA-…')
    .option('--alias <id>', 'another name of the vulnerability, repeatable', repeatable)
    .requiredOption('--status <status>', 'not_affected, affected, fixed, under_investigation')
    .option(
      '--justification <word>',
      'why it is not affected: component_not_present, vulnerable_code_not_present, vulnerable_code_not_in_execute_path, vulnerable_code_cannot_be_controlled_by_adversary, inline_mitigations_already_exist',
    )
    .option('--impact <text>', 'why it is not affected, in a sentence')
    .option('--action <text>', 'what to do where it is affected')
    .option('--author <name>', 'who says so')
    .action(async (file: string, options: AddWords) => {
      const context = contextOf(options);
      const { addStatement, notesOf } = await import('../../flow/vex/vex-add.ts');
      const request = {
        ...options,
        file,
        products: options.product ?? [],
        subcomponents: options.subcomponent ?? [],
        aliases: options.alias ?? [],
        justification: options.justification,
        impact: options.impact,
        action: options.action,
        author: options.author,
        environment: context.environment,
      };
      const document = await addStatement(request);
      const { id, version, statements } = document;
      const result = { schema: 'temper/vex-add/v1', file, id, version, statements: statements.length };
      const count = `${statements.length} statement${statements.length === 1 ? '' : 's'}`;
      context.output.data(context.json ? JSON.stringify(result, null, 2) : `${file}: version ${version}, ${count}`);
      for (const note of notesOf(request, document)) context.output.note(note);
    });
}

function addTrust(command: Command): Command {
  return addReferrersRepository(command)
    .option(
      '--key <key>',
      'public key of who signs attestations on the image, repeatable; else the policy names them',
      keyList,
    )
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given")
    .option('--base <image>', 'the image that this one was made from; what its labels say unless given');
}

function trusting(options: Trusting, context: Context) {
  return { ...context, keys: options.key ?? [], policy: options.policy, base: options.base };
}

function addList(vex: Command): void {
  addTrust(addCommon(vex.command('list <file-or-image...>')))
    .description('list the statements of documents, or of the verified attestations on an image and its base')
    .action(async (named: string[], options: Trusting) => {
      const context = contextOf(options);
      const { listVex } = await import('../../flow/vex/vex-list.ts');
      const { vexJson, vexTable } = await import('../../report/vex.ts');
      const listed = await listVex(named, trusting(options, context));
      context.output.data(context.json ? vexJson(listed) : vexTable(listed));
      for (const note of listed.notes) context.output.note(note);
    });
}

interface GetWords extends Trusting {
  readonly platform?: string;
  readonly verify?: boolean;
  readonly output?: string;
  readonly ref?: string;
}

function addGet(vex: Command): void {
  const command = addReferrersRepository(addCommon(vex.command('get <image>')))
    .description('print what is attested of an image as one OpenVEX document')
    .option('--platform <platform>', 'os/architecture[/variant]; of this machine unless given')
    .option('--verify', 'only what a trusted key signed')
    .option('--key <key>', 'public key of the signer, repeatable; else the policy names them', keyList)
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given")
    .option('-o, --output <file>', 'a file instead of stdout');
  addScoutWords(command, 'org', 'skipTlog');
  command.action(async (image: string, options: GetWords) => {
    const context = contextOf(options);
    for (const note of scoutNotes(options)) context.output.note(note);
    const { getVex } = await import('../../flow/vex/vex-get.ts');
    const { key = [], policy, platform } = options;
    const verify = options.verify === true || key.length > 0;
    const got = await getVex(image, { ...context, trust: { keys: key, policy }, platform, verify });
    for (const note of got.notes) context.output.note(note);
    if (got.outcome === 'refused') process.exitCode = 1;
    else if (options.output === undefined) context.output.data(got.text);
    else await writeFile(options.output, got.text);
  });
}

function addExport(vex: Command): void {
  addTrust(addCommon(vex.command('export [file...]'), 'openvex unless given; csaf, cyclonedx'))
    .description("write what documents and an image's attestations say of its packages, for Grype, Trivy and others")
    .requiredOption('--image <image>', 'the image, folder or SBOM whose packages are meant')
    .option('--platform <platform>', 'os/architecture[/variant]')
    .option('--only-image', 'say it of packages in this image alone; scanners must know it by its digest in a registry')
    .option('--author <name>', 'who says so; the documents’ authors unless given')
    .option('-o, --output <file>', 'a file instead of stdout')
    .action(async (files: string[], options: ExportWords) => {
      const context = contextOf(options);
      const { exportVex, writeExport } = await import('../../flow/vex/vex-export.ts');
      const { image, author, platform, output } = options;
      const exported = await exportVex({
        ...trusting(options, context),
        files,
        image,
        author,
        platform,
        format: options.format ?? 'openvex',
        imageOnly: options.onlyImage === true,
      });
      if (output === undefined) context.output.data(exported.text);
      else await writeExport(output, exported.text);
      for (const note of exported.notes) context.output.note(note);
      context.output.note(`${exported.statements} statements on ${exported.packages} packages.`);
    });
}
