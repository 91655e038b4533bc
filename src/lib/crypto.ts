// Node.js' cryptography, loaded when it is needed: that takes longer than most of what a command does without it.

type Crypto = typeof import('node:crypto');
let loaded: Crypto | undefined;

/** The module `node:crypto`. */
export function crypto(): Crypto {
  return (loaded ??= process.getBuiltinModule('node:crypto'));
}
