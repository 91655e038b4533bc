// The digests of an image's many files, kept small.
import { createHash, type Hash, hash } from 'node:crypto';

/** A file's SHA-256 and SHA-1 as 32 and 20 characters that stand for a byte each: half of what hexadecimal digits take. */
export type FileDigests = string;

const SHA256 = 32;
const SHA1 = 20;

export function fileDigests(content: Uint8Array): FileDigests {
  return joined(hash('sha256', content, 'latin1'), hash('sha1', content, 'latin1'));
}

// Two strings that are put together stay two, and a third that names them.
function joined(sha256: string, sha1: string): FileDigests {
  scratch.write(sha256, 0, 'latin1');
  scratch.write(sha1, SHA256, 'latin1');
  return scratch.toString('latin1');
}

/** Lower-case hexadecimal. */
export function sha256Of(digests: FileDigests): string {
  return hex(digests.slice(0, SHA256));
}

/** Lower-case hexadecimal. */
export function sha1Of(digests: FileDigests): string {
  return hex(digests.slice(SHA256));
}

/** In base64. */
export function base64Of(digests: FileDigests): string {
  return scratch.toString('base64', 0, scratch.write(digests, 'latin1'));
}

// One for all: an image has tens of thousands of digests.
const scratch = Buffer.alloc(SHA256 + SHA1);

function hex(bytes: string): string {
  return scratch.toString('hex', 0, scratch.write(bytes, 'latin1'));
}

/** {@link fileDigests} of content that comes in pieces. */
export class FileDigester {
  readonly #sha256: Hash = createHash('sha256');
  readonly #sha1: Hash = createHash('sha1');

  update(chunk: Uint8Array): void {
    this.#sha256.update(chunk);
    this.#sha1.update(chunk);
  }

  digests(): FileDigests {
    return joined(this.#sha256.digest('latin1'), this.#sha1.digest('latin1'));
  }
}
