// The command line: which commands there are. Each command's file is loaded when it runs.
import { Command, CommanderError } from 'commander';
import { tool } from '../lib/tool.ts';
import { addAttest } from './commands/attest.ts';
import { addAttestation } from './commands/attestation.ts';
import { addBuild } from './commands/build.ts';
import { addCompare } from './commands/compare.ts';
import { addCopy } from './commands/copy.ts';
import { addCves } from './commands/cves.ts';
import { addDb } from './commands/db.ts';
import { addInspect } from './commands/inspect.ts';
import { addKey } from './commands/key.ts';
import { addNotation } from './commands/notation.ts';
import { addLock } from './commands/lock.ts';
import { addLog } from './commands/log.ts';
import { addQuickview } from './commands/quickview.ts';
import { addSbom } from './commands/sbom.ts';
import { addScan } from './commands/scan.ts';
import { addSign } from './commands/sign.ts';
import { addTrust } from './commands/trust.ts';
import { addVerify } from './commands/verify.ts';
import { addVex } from './commands/vex.ts';
import { faultText, letReadersLeave } from './output.ts';
import { usageFault } from './usage.ts';

/** In the order of the help. */
const commands = {
  build: addBuild,
  lock: addLock,
  sign: addSign,
  attest: addAttest,
  verify: addVerify,
  inspect: addInspect,
  sbom: addSbom,
  scan: addScan,
  cves: addCves,
  quickview: addQuickview,
  compare: addCompare,
  copy: addCopy,
  attestation: addAttestation,
  key: addKey,
  notation: addNotation,
  db: addDb,
  vex: addVex,
  log: addLog,
  trust: addTrust,
};

function program(): Command {
  const temper = new Command('temper')
    .description('Hardened container images that anybody can verify: build, prove, sign, verify.')
    .version(tool.version, '-V, --version')
    .helpCommand('help [command]')
    .exitOverride()
    .configureOutput({ outputError: () => undefined }) // Said below, as every fault is.
    .addHelpText(
      'after',
      '\nExit status: 0 the answer is yes; 1 the answer is no; 2 it could not be answered.\nEnvironment: COSIGN_PASSWORD, COSIGN_PKCS11_PIN, COSIGN_PKCS11_MODULE_PATH, VAULT_ADDR, VAULT_TOKEN, TEMPER_DEBIAN_MIRROR, TEMPER_DEBIAN_SECURITY_MIRROR, TEMPER_REGISTRY_MIRROR, DOCKER_CONFIG,\n  DOCKER_HOST, CONTAINER_HOST.\n',
    );
  const [, , named = ''] = process.argv;
  // Describing all options of all commands takes as long as many a command.
  const wanted = Object.hasOwn(commands, named) ? [commands[named as keyof typeof commands]] : Object.values(commands);
  for (const add of wanted) add(temper);
  return temper;
}

letReadersLeave();
const temper = program();
try {
  await temper.parseAsync(process.argv);
} catch (error) {
  const shown = error instanceof CommanderError ? usageFault(error, temper, process.argv.slice(2)) : error;
  if (shown !== undefined) process.stderr.write(faultText(shown));
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}
