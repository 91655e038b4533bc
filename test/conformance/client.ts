// Speaks sigstore-conformance's protocol (docs/cli_protocol.md of that project):
//   client.ts verify-bundle [--staging] --bundle F (--certificate-identity I --certificate-oidc-issuer U | --key K)
//                           [--trusted-root R] FILE_OR_DIGEST
//   client.ts sign-bundle [--staging] [--in-toto] --identity-token T --bundle F [--trusted-root R] [--signing-config C] FILE
// Exit status: 0 verified or signed, 1 refused, 2 it could not be answered.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { signingServices } from '../../src/flow/signing/signing-services.ts';
import { verifyBundle } from '../../src/flow/verification/verify-bundle.ts';
import { parseStatement, type Statement } from '../../src/intoto/statement.ts';
import { Fault, messageOf } from '../../src/lib/faults.ts';
import { parseJson } from '../../src/lib/json.ts';
import { signBundle, type ToSign } from '../../src/sign/bundle.ts';

const OPTIONS = {
  staging: { type: 'boolean' },
  'in-toto': { type: 'boolean' },
  'identity-token': { type: 'string' },
  'signing-config': { type: 'string' },
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
    if (command === 'sign-bundle') return await signCommand(rest);
    throw usage(`"${command ?? ''}" is no command.`);
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

async function signCommand(args: readonly string[]): Promise<{ status: number; text: string }> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const { bundle, staging, 'identity-token': token, 'trusted-root': root, 'signing-config': config } = values;
  const [artifact, ...more] = positionals;
  if (bundle === undefined || artifact === undefined || token === undefined || more.length > 0)
    throw usage('One bundle, one identity token and one file are needed.');
  if (staging === true && config === undefined)
    throw usage("The staging instance's signing configuration does not come with Temper.");
  const said: string[] = [];
  const { identity, witnesses } = await signingServices({
    keyless: { identityToken: token },
    signingConfig: config,
    trustedRoot: root,
    offline: false,
    environment: {},
    say: (sentence) => said.push(sentence),
  });
  if (identity === undefined) throw usage('There is no identity.');
  const toSign = contentOf(await readFile(artifact), values['in-toto'] === true);
  await writeFile(bundle, await signBundle(toSign, identity, witnesses));
  const names = witnesses.map(({ name }) => name).join(', ');
  return {
    status: 0,
    text: [...said, `signed as ${identity.identity.subjects.join(', ')}, witnessed by ${names}`].join('\n'),
  };
}

/** The bytes of a file; or the statement that it is, with every member that it has. */
function contentOf(bytes: Buffer, isStatement: boolean): ToSign {
  if (!isStatement) return { kind: 'message', message: bytes };
  parseStatement(bytes);
  return { kind: 'statement', statement: parseJson(bytes, 'the statement') as Statement };
}

function usage(sentence: string): Fault {
  return new Fault('usage/client', sentence, 'The head of test/conformance/client.ts has the form.');
}

if (import.meta.main) {
  const { status, text } = await answer(process.argv.slice(2));
  process.stderr.write(`${text}\n`);
  process.exitCode = status;
}
