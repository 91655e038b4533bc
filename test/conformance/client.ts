// Speaks sigstore-conformance's protocol (docs/cli_protocol.md of that project):
//   client.ts verify-bundle [--staging] --bundle F (--certificate-identity I --certificate-oidc-issuer U | --key K)
//                           [--trusted-root R] FILE_OR_DIGEST
// Exit status: 0 verified, 1 refused, 2 it could not be answered.
import { parseArgs } from 'node:util';
import { verifyBundle } from '../../src/flow/verify-bundle.ts';
import { Fault, messageOf } from '../../src/lib/faults.ts';

const OPTIONS = {
  staging: { type: 'boolean' },
  bundle: { type: 'string' },
  'certificate-identity': { type: 'string' },
  'certificate-oidc-issuer': { type: 'string' },
  key: { type: 'string' },
  'trusted-root': { type: 'string' },
} as const;

/** The exit status, and what is to be said. */
export async function answer(args: readonly string[]): Promise<{ readonly status: number; readonly text: string }> {
  const [command, ...rest] = args;
  try {
    if (command === 'verify-bundle') return await verifyCommand(rest);
    throw usage(command === 'sign-bundle' ? 'Signing bundles is not supported.' : `"${command ?? ''}" is no command.`);
  } catch (fault) {
    const hint = fault instanceof Fault ? ` ${fault.hint} (${fault.code})` : '';
    return { status: 2, text: `${messageOf(fault)}${hint}` };
  }
}

async function verifyCommand(args: readonly string[]): Promise<{ status: number; text: string }> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const { bundle, key, staging, 'certificate-identity': subject, 'certificate-oidc-issuer': issuer } = values;
  const [artifact, ...more] = positionals;
  if (bundle === undefined || artifact === undefined || more.length > 0)
    throw usage('One bundle and one file are needed.');
  const root = values['trusted-root'];
  if (staging === true && root === undefined)
    throw usage("The staging instance's trusted root does not come with Temper.");
  const named = subject !== undefined && issuer !== undefined;
  const alone = key === undefined ? named : subject === undefined && issuer === undefined;
  if (!alone) throw usage('Either a key, or an identity with its issuer is needed.');
  const result = await verifyBundle({
    bundle,
    artifact,
    keys: key === undefined ? [] : [key],
    identities: named && key === undefined ? [{ subject: { exact: subject }, issuer: { exact: issuer } }] : [],
    trustedRoot: root,
  });
  const lines = result.checks.map(
    ({ check, outcome, reason, problem }) =>
      `${check}: ${outcome}: ${problem === undefined ? '' : `${problem}: `}${reason}`,
  );
  return { status: result.outcome === 'established' ? 0 : 1, text: [...lines, result.outcome].join('\n') };
}

function usage(sentence: string): Fault {
  return new Fault('usage/client', sentence, 'The head of test/conformance/client.ts has the form.');
}

if (import.meta.main) {
  const { status, text } = await answer(process.argv.slice(2));
  process.stderr.write(`${text}\n`);
  process.exitCode = status;
}
