// The PIN of a token (RFC 7512, 2.4): from a file, the URI or the environment; a command is never run.
import { isAbsolute, readFile } from '../../io/files.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import type { Pkcs11Uri } from './uri.ts';

/** Most bytes of a PIN's file. */
const PIN_LIMIT = 1024;

/**
 * The PIN: of the file that `pin-source` names, without its last line break; `pin-value`; `COSIGN_PKCS11_PIN`.
 * @param warn is told that a PIN in a URI is seen by others
 * @throws Fault `key/pin-source`, `file/…`
 */
export async function pinOf(
  uri: Pkcs11Uri,
  environment: Readonly<Record<string, string | undefined>>,
  warn: (sentence: string) => void,
): Promise<string | undefined> {
  if (uri.pinSource !== undefined) return await pinFrom(uri.pinSource);
  if (uri.pinValue !== undefined) {
    warn(
      'The PIN stands in the URI, where the list of processes and the history of the shell show it; use pin-source.',
    );
    return uri.pinValue;
  }
  return environment['COSIGN_PKCS11_PIN'];
}

async function pinFrom(source: string): Promise<string> {
  if (source.startsWith('|')) throw refused('names a command, which is not run', 'Write the PIN into a file of yours.');
  const path = pathOf(source);
  if (!isAbsolute(path)) throw refused('is no absolute path', 'Write it as pin-source=/path/to/file.');
  const text = (await readFile(path, PIN_LIMIT)).toString('utf8').replace(/\r?\n$/, '');
  if (text === '' || /[\0\r\n]/.test(text)) {
    throw refused(`${path} does not hold one line with a PIN`, 'Write the PIN into it and nothing else.');
  }
  return text;
}

function pathOf(source: string): string {
  if (!/^file:/i.test(source)) return source;
  try {
    const { pathname, host, search, hash } = new URL(source);
    if (host !== '' || search !== '' || hash !== '') throw new Error('it has more than a path');
    return decodeURIComponent(pathname);
  } catch (cause) {
    throw refused(`is no file on this machine: ${messageOf(cause)}`, 'Write it as pin-source=/path/to/file.');
  }
}

function refused(problem: string, hint: string): Fault {
  return new Fault('key/pin-source', `The pin-source of the PKCS#11 URI ${problem}.`, hint);
}
