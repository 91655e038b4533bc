// The command line: which commands there are. Each command's file is loaded when it runs.
import { Command, CommanderError } from 'commander';
import { tool } from '../lib/tool.ts';
import { helpWords } from './help-words.ts';
import { faultText, letReadersLeave } from './output.ts';
import { ownNames } from './scout/aliases.ts';
import { usageFault } from './usage.ts';

type AddCommand = (temper: Command) => void;

/** Each command, in the order of the help; its file is loaded when it, or help, is asked for. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  build: async () => (await import('./commands/build.ts')).addBuild,
  lock: async () => (await import('./commands/lock.ts')).addLock,
  sign: async () => (await import('./commands/sign.ts')).addSign,
  attest: async () => (await import('./commands/attest.ts')).addAttest,
  verify: async () => (await import('./commands/verify.ts')).addVerify,
  inspect: async () => (await import('./commands/inspect.ts')).addInspect,
  sbom: async () => (await import('./commands/sbom.ts')).addSbom,
  scan: async () => (await import('./commands/scan.ts')).addScan,
  cves: async () => (await import('./commands/cves.ts')).addCves,
  quickview: async () => (await import('./commands/quickview.ts')).addQuickview,
  compare: async () => (await import('./commands/compare.ts')).addCompare,
  copy: async () => (await import('./commands/copy.ts')).addCopy,
  attestation: async () => (await import('./commands/attestation.ts')).addAttestation,
  policy: async () => (await import('./commands/policy.ts')).addPolicy,
  key: async () => (await import('./commands/key.ts')).addKey,
  notation: async () => (await import('./commands/notation.ts')).addNotation,
  db: async () => (await import('./commands/db.ts')).addDb,
  vex: async () => (await import('./commands/vex.ts')).addVex,
  log: async () => (await import('./commands/log.ts')).addLog,
  trust: async () => (await import('./commands/trust.ts')).addTrust,
};

async function program(): Promise<Command> {
  const temper = new Command('temper')
    .description('Hardened container images that anybody can verify: build, prove, sign, verify.')
    .version(tool.version, '-V, --version')
    .helpCommand('help [command]')
    .exitOverride()
    .configureOutput({ outputError: () => undefined }) // Said below, as every fault is.
    .addHelpText(
      'after',
      '\nExit status: 0 the answer is yes; 1 the answer is no; 2 it could not be answered.\nEnvironment: COSIGN_PASSWORD, COSIGN_REPOSITORY, COSIGN_PKCS11_PIN, COSIGN_PKCS11_MODULE_PATH, VAULT_ADDR, VAULT_TOKEN,\n  AWS_…, GOOGLE_…, AZURE_…, KUBECONFIG, TEMPER_DEBIAN_MIRROR, TEMPER_DEBIAN_SECURITY_MIRROR, TEMPER_REGISTRY_MIRROR, DOCKER_CONFIG,\n  DOCKER_HOST, CONTAINER_HOST; README.md has them all.\n',
    );
  const [named = ''] = args;
  const asked = Object.hasOwn(commands, named) ? commands[named] : undefined;
  // Describing all options of all commands takes as long as many a command.
  for (const add of asked === undefined ? Object.values(commands) : [asked]) (await add())(temper);
  return temper;
}

letReadersLeave();
const args = ownNames(process.argv.slice(2));
const temper = await program();
try {
  await temper.parseAsync([...helpWords(temper, args)], { from: 'user' });
} catch (error) {
  const shown = error instanceof CommanderError ? usageFault(error, temper, args) : error;
  if (shown !== undefined) process.stderr.write(faultText(shown));
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}
