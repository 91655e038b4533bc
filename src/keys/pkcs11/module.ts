// Where a token's library is (RFC 7512, 2.3: module-path and module-name).
import { fileExists, isAbsolute, joinPath } from '../../io/files.ts';
import { Fault } from '../../lib/faults.ts';
import type { Pkcs11Uri } from './uri.ts';

/** Folders in which distributions put libraries of tokens. */
const FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
  '/opt/homebrew/lib',
].flatMap((folder) => [folder, `${folder}/pkcs11`, `${folder}/softhsm`]);

/** The library that knows all the others of a system. */
const PROXY = 'p11-kit-proxy';

/**
 * The library's absolute path: `module-path`, or its folder and `module-name`; else `COSIGN_PKCS11_MODULE_PATH`; else
 * `module-name`, by default p11-kit's, where distributions put it.
 * @throws Fault `key/module-missing`, `key/uri` for a path that is not absolute
 */
export async function modulePath(
  uri: Pkcs11Uri,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const given = uri.modulePath ?? (uri.moduleName === undefined ? environment['COSIGN_PKCS11_MODULE_PATH'] : undefined);
  if (given !== undefined && !isAbsolute(given)) {
    throw new Fault(
      'key/uri',
      `The path of the PKCS#11 library is not absolute: ${given}.`,
      'Write the whole path: what is found elsewhere is no library to give a PIN to.',
    );
  }
  const name = uri.moduleName ?? PROXY;
  if (!/^[\w.+-]+$/.test(name)) {
    throw new Fault('key/uri', `module-name is no plain name: ${name}.`, 'Use module-path for a path.');
  }
  const folders = given === undefined ? FOLDERS : [given];
  const named = folders.flatMap((folder) => fileNames(name).map((file) => joinPath(folder, file)));
  const alone = given === undefined ? [] : [given];
  const candidates = given !== undefined && uri.moduleName === undefined ? alone : [...named, ...alone];
  for (const path of candidates) if (await fileExists(path)) return path;
  throw new Fault(
    'key/module-missing',
    given === undefined ? `There is no PKCS#11 library named ${name}.` : `There is no PKCS#11 library at ${given}.`,
    'Name the library of your token with ?module-path=/path/to/module.so in the URI, or in COSIGN_PKCS11_MODULE_PATH.',
  );
}

function fileNames(name: string): string[] {
  return [`${name}.so`, `lib${name}.so`, `${name}.dylib`, `lib${name}.dylib`];
}
