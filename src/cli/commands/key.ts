import type { Command } from 'commander';
import { addCommon, type CommonOptions, contextOf } from '../options.ts';

export function addKey(temper: Command): void {
  const key = temper.command('key').description('make and show keys');
  addCommon(key.command('create [file]'))
    .description(
      "make an ECDSA P-256 key pair in cosign's format: FILE and FILE's name with .pub; the default key unless given",
    )
    .action(async (file: string | undefined, options: CommonOptions) => {
      const context = contextOf(options);
      const { createKey } = await import('../../flow/keys.ts');
      const made = await createKey(file, context.password);
      if (context.json) context.output.data(JSON.stringify({ schema: 'temper/key/v1', ...made }, null, 2));
      else context.output.data(`${made.path}\n${made.publicPath}\n${made.fingerprint}`);
      if (context.password === '')
        context.output.note('temper: The private key has no password; set COSIGN_PASSWORD to give it one.');
    });
  addCommon(key.command('list'))
    .description("list the keys in Temper's configuration folder")
    .action(async (options: CommonOptions) => {
      const context = contextOf(options);
      const { listKeys } = await import('../../flow/keys.ts');
      const keys = await listKeys();
      if (context.json) context.output.data(JSON.stringify({ schema: 'temper/keys/v1', keys }, null, 2));
      else {
        const { table } = await import('../../report/table.ts');
        const rows = keys.map((k) =>
          'problem' in k
            ? [k.name, k.problem, k.publicPath]
            : [`${k.name}${k.isDefault ? ' (default)' : ''}`, k.fingerprint, k.publicPath],
        );
        context.output.data(keys.length === 0 ? 'no keys' : table([['NAME', 'FINGERPRINT', 'PUBLIC KEY'], ...rows]));
      }
    });
  addCommon(key.command('show [key]'))
    .description('show a public key, by its path or its name in the configuration folder')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const context = contextOf(options);
      const { showKey } = await import('../../flow/keys.ts');
      const shown = await showKey(name);
      if (context.json) context.output.data(JSON.stringify({ schema: 'temper/key/v1', ...shown }, null, 2));
      else context.output.data(`${shown.publicPath}\n${shown.algorithm} ${shown.fingerprint}\n${shown.pem}`);
    });
}
