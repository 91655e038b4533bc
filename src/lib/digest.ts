import type { Hash } from 'node:crypto';
import { crypto } from './crypto.ts';
import { Fault } from './faults.ts';

/** An OCI content digest (image-spec, descriptor.md#digests); only SHA-256 is written, lower-case hex. */
export type Digest = `sha256:${string}`;

const PATTERN = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** Whether a text is so many bytes in lower-case hexadecimal. */
export function isHex(text: string, bytes: number): boolean {
  return text.length === bytes * 2 && /^[0-9a-f]*$/.test(text);
}

/** @throws Fault `digest/malformed` unless `text` is `sha256:` and 64 lower-case hex digits. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) {
    throw new Fault(
      'digest/malformed',
      `"${text.slice(0, 100)}" is not a SHA-256 digest.`,
      'Write sha256: and 64 lower-case hexadecimal digits.',
    );
  }
  return text;
}

export function sha256Hex(bytes: Uint8Array | string): string {
  return crypto().hash('sha256', bytes, 'hex');
}

export function sha1Hex(bytes: Uint8Array | string): string {
  return crypto().hash('sha1', bytes, 'hex');
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${sha256Hex(bytes)}`;
}

/** The 64 hexadecimal digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** An incremental SHA-256 that also counts the bytes it was given. */
export class Digester {
  readonly #hash: Hash = crypto().createHash('sha256');
  size = 0;

  update(chunk: Uint8Array): this {
    this.#hash.update(chunk);
    this.size += chunk.length;
    return this;
  }

  digest(): Digest {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}
