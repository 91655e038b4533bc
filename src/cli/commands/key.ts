import { type Command, Option } from 'commander';
import type { CreateKeyOptions } from '../../flow/signing/keys.ts';
import type { DocumentName } from '../../report/document.ts';
import { addCommon, type CommonOptions, type Context, contextOf } from '../options.ts';

type KeyType = NonNullable<CreateKeyOptions['type']>;

interface CreateOptions extends CommonOptions {
  readonly type?: KeyType;
  readonly publicKey?: string;
}

interface ImportOptions extends CommonOptions {
  readonly passwordFile?: string;
}

interface RotateOptions extends CommonOptions {
  readonly type?: KeyType;
  readonly until?: string;
  readonly policy?: string;
}

const EXAMPLES = `
Examples:
  temper key create release --type p384
  temper key create awskms:///alias/release --public-key release.pub
  temper key import cosign.key team --password-file old.password
  temper key rotate release release-2027 --until 2026-12-31`;

export function addKey(temper: Command): void {
  const key = temper
    .command('key')
    .description(
      'make, bring, list, show and replace keys: files, keys in PKCS#11 tokens, in Vault, AWS, Google Cloud, Azure and Kubernetes',
    )
    .addHelpText('after', EXAMPLES);
  addCreate(key);
  addImport(key);
  addList(key);
  addShow(key);
  addRotate(key);
}

const type = (unless: string): Option =>
  new Option('--type <type>', `kind of key; ${unless} unless given`).choices(['p256', 'p384', 'rsa3072', 'ed25519']);

function addCreate(key: Command): void {
  addCommon(key.command('create [key]'))
    .description(
      "make a key pair: files in cosign's format, FILE and FILE's name with .pub, the default key unless given; or in a device, which it never leaves: pkcs11:…, hashivault://NAME, awskms:///alias/NAME, gcpkms://projects/…, azurekms://VAULT/KEY; or in a secret, k8s://NAMESPACE/NAME",
    )
    .addOption(type('p256'))
    .option('--public-key <file>', 'where to write the public key of a key in a device')
    .action(async (text: string | undefined, options: CreateOptions) => {
      const context = contextOf(options);
      const { createKey } = await import('../../flow/signing/keys.ts');
      const made = await createKey(text, { ...using(context), type: options.type, publicPath: options.publicKey });
      await showMade(context, made);
    });
}

function addImport(key: Command): void {
  addCommon(key.command('import <file> <name>'))
    .description(
      "write another program's private key (PKCS#8, SEC 1 or PKCS#1 in PEM, encrypted or not) in cosign's format; a bare NAME goes to the configuration folder",
    )
    .option('--password-file <file>', 'holds the password of FILE; COSIGN_PASSWORD is it unless given')
    .action(async (file: string, name: string, options: ImportOptions) => {
      const context = contextOf(options);
      const { importKey, passwordOf } = await import('../../flow/signing/keys.ts');
      const { passwordFile } = options;
      const from = passwordFile === undefined ? context.password : await passwordOf(passwordFile);
      await showMade(context, await importKey(file, name, { password: context.password, from }));
    });
}

function addList(key: Command): void {
  addCommon(key.command('list [uri]'))
    .description(
      "list the keys in Temper's configuration folder, or with a pkcs11: URI those of the tokens that it fits",
    )
    .action(async (uri: string | undefined, options: CommonOptions) => {
      const context = contextOf(options);
      const { listKeys, listTokens } = await import('../../flow/signing/keys.ts');
      const { keyTable, tokenKeyTable } = await import('../../report/keys.ts');
      if (uri === undefined) {
        const keys = await listKeys();
        await show(context, 'keys', { keys }, keyTable(keys));
      } else {
        const keys = await listTokens(uri, using(context));
        await show(context, 'keys', { keys }, tokenKeyTable(keys));
      }
    });
}

function addShow(key: Command): void {
  addCommon(key.command('show [key]'))
    .description(
      'show a public key, by its path, its name in the configuration folder, pkcs11:… or what names it in a service: hashivault://…, awskms://…, gcpkms://…, azurekms://…, k8s://…',
    )
    .action(async (name: string | undefined, options: CommonOptions) => {
      const context = contextOf(options);
      const { showKey } = await import('../../flow/signing/keys.ts');
      const { keyText } = await import('../../report/keys.ts');
      const shown = await showKey(name, using(context));
      await show(context, 'key', shown, keyText(shown));
    });
}

function addRotate(key: Command): void {
  addCommon(key.command('rotate <old> <new>'))
    .description(
      'make a new key, or of the same key in a service a new version, trust it in the policy wherever the old one stands, and set the day from which that ends',
    )
    .addOption(type("the old one's"))
    .option(
      '--until <date>',
      'from when the old key does not count: 2026-12-31, or a time in UTC; in 30 days unless given',
    )
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given")
    .action(async (old: string, made: string, options: RotateOptions) => {
      const context = contextOf(options);
      const { rotateKey } = await import('../../flow/signing/rotate-key.ts');
      const { until, policy } = options;
      const rotated = await rotateKey(old, made, { ...using(context), type: options.type, until, policy });
      const { rotationText } = await import('../../report/keys.ts');
      await show(context, 'key-rotation', rotated, rotationText(rotated));
      noteNoPassword(context, made);
    });
}

function using({ password, environment, offline, signal, output }: Context) {
  return { password, environment, offline, signal, warn: (line: string) => output.note(`temper: ${line}`) };
}

async function show({ json, output }: Context, name: DocumentName, data: object, text: string): Promise<void> {
  if (!json) return output.data(text);
  const { documentJson } = await import('../../report/document.ts');
  output.data(documentJson(name, data));
}

interface Made {
  readonly path: string;
  readonly publicPath: string | undefined;
  readonly fingerprint: string;
  readonly pem: string;
}

async function showMade(context: Context, made: Made): Promise<void> {
  const text = `${made.path}\n${made.publicPath ?? made.pem.trimEnd()}\n${made.fingerprint}`;
  await show(context, 'key', made, text);
  noteNoPassword(context, made.path);
}

function noteNoPassword({ password, output }: Context, key: string): void {
  if (password !== '' || /^pkcs11:|^[a-z0-9]+:\/\//i.test(key)) return;
  output.note('temper: The private key has no password; set COSIGN_PASSWORD to give it one.');
}
