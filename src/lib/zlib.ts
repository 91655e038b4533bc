// Node.js' compression, loaded when it is needed: with it come streams, which take longer than most of what runs without it.
import type * as Zlib from 'node:zlib';

let loaded: typeof Zlib | undefined;

/** The module `node:zlib`. */
export function zlib(): typeof Zlib {
  return (loaded ??= process.getBuiltinModule('node:zlib'));
}
