// Node.js' cryptography, loaded when it is needed: that takes longer than most of what a command does without it.
import type * as Crypto from 'node:crypto';

let loaded: typeof Crypto | undefined;

/** The module `node:crypto`. */
export function crypto(): typeof Crypto {
  return (loaded ??= process.getBuiltinModule('node:crypto'));
}
