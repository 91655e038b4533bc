// The package that loads PKCS #11 libraries; it is optional, for it is compiled where it is installed.
import type { PKCS11 } from 'pkcs11js';
import { Fault, messageOf } from '../../lib/faults.ts';

/**
 * Loads a PKCS #11 library and initialises it. Only in a process of its own: it may hang and crash.
 * @throws Fault `key/pkcs11-unavailable` without the package, `key/module-unusable` when the file is no PKCS #11 library
 */
export async function loadLibrary(path: string): Promise<PKCS11> {
  const library = await emptyLibrary();
  try {
    library.load(path);
    library.C_Initialize();
    return library;
  } catch (cause) {
    throw new Fault(
      'key/module-unusable',
      `${path} cannot be used as a PKCS#11 library: ${messageOf(cause).split('\n')[0]?.slice(0, 300) ?? ''}.`,
      'Name the library of your token with ?module-path=/path/to/module.so in the URI.',
      { cause },
    );
  }
}

async function emptyLibrary(): Promise<PKCS11> {
  try {
    const { default: module } = await import('pkcs11js');
    return new module.PKCS11();
  } catch (cause) {
    throw new Fault(
      'key/pkcs11-unavailable',
      'This installation cannot use PKCS#11 tokens: the package pkcs11js is not there, or not compiled.',
      'Install a C++ compiler, make and Python 3, then run `npm ci --include=optional`.',
      { cause },
    );
  }
}
