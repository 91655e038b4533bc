// A transparency log in memory that really proves what it holds: as Rekor v1 (promises, several trees under one name) and as
// Rekor v2 (checkpoints alone).
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { canonicalJson } from '../../src/lib/json.ts';
import { EMPTY_ROOT, leafHash, nodeHash } from '../../src/tlog/hashes.ts';
import { noteKeyHash } from '../../src/tlog/note-key.ts';

export interface LoggedJson {
  [member: string]: unknown;
}

export class FakeLog {
  readonly name: string;
  readonly spki: Buffer;
  readonly id: Buffer;
  readonly #key: KeyObject;
  readonly #leaves: Buffer[] = [];

  constructor(name: string, kind: 'ec' | 'ed25519' = 'ed25519') {
    const { privateKey, publicKey } =
      kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    this.name = name;
    this.#key = privateKey;
    this.spki = publicKey.export({ type: 'spki', format: 'der' });
    this.id = noteKeyHash(name, this.spki);
  }

  get size(): number {
    return this.#leaves.length;
  }

  /** Appends a body; its index. */
  add(body: Uint8Array): number {
    return this.#leaves.push(Buffer.from(body)) - 1;
  }

  root(size = this.size): Buffer {
    return subtree(this.#leaves.slice(0, size).map(leafHash));
  }

  /** A signed checkpoint. */
  checkpoint(size = this.size, root = this.root(size)): string {
    const text = `${this.name}\n${size}\n${root.toString('base64')}\n`;
    const signature = sign(this.#hash, Buffer.from(text), this.#key);
    const line = Buffer.concat([this.id.subarray(0, 4), signature]).toString('base64');
    return `${text}\n\u2014 ${this.name} ${line}\n`;
  }

  /** A TransparencyLogEntry. @param promised when, seconds since 1970: adds Rekor v1's promise */
  entry(index: number, options: { readonly size?: number; readonly promised?: number } = {}): LoggedJson {
    const { size = this.size, promised } = options;
    const body = this.#leaves[index] ?? Buffer.alloc(0);
    const { kind, apiVersion } = JSON.parse(body.toString()) as { kind: string; apiVersion: string };
    return {
      logIndex: String(index),
      logId: { keyId: this.id.toString('base64') },
      kindVersion: { kind, version: apiVersion },
      ...(promised === undefined ? {} : this.#promise(index, body, promised)),
      inclusionProof: {
        logIndex: String(index),
        rootHash: this.root(size).toString('base64'),
        treeSize: String(size),
        hashes: path(index, this.#leaves.slice(0, size).map(leafHash)).map((one) => one.toString('base64')),
        checkpoint: { envelope: this.checkpoint(size) },
      },
      canonicalizedBody: body.toString('base64'),
    };
  }

  #promise(logIndex: number, body: Buffer, integratedTime: number): LoggedJson {
    const logID = this.id.toString('hex');
    const message = canonicalJson({ body: body.toString('base64'), integratedTime, logID, logIndex });
    const signedEntryTimestamp = sign(this.#hash, Buffer.from(message), this.#key).toString('base64');
    return { integratedTime: String(integratedTime), inclusionPromise: { signedEntryTimestamp } };
  }

  get #hash(): string | null {
    return this.#key.asymmetricKeyType === 'ec' ? 'sha256' : null;
  }
}

/** What Rekor v2 logs of a signature over a message. */
export function hashedRekord(
  message: Uint8Array,
  signature: Uint8Array,
  verifier: { readonly certificate: Uint8Array } | { readonly key: Uint8Array },
): Buffer {
  const rawBytes = Buffer.from('key' in verifier ? verifier.key : verifier.certificate).toString('base64');
  const named = 'key' in verifier ? { publicKey: { rawBytes } } : { x509Certificate: { rawBytes } };
  const data = { algorithm: 'SHA2_256', digest: hash('sha256', message, 'base64') };
  const content = Buffer.from(signature).toString('base64');
  const record = { data, signature: { content, verifier: { keyDetails: 'PKIX_ECDSA_P256_SHA_256', ...named } } };
  return Buffer.from(canonicalJson({ apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002: record } }));
}

function subtree(hashes: readonly Buffer[]): Buffer {
  const [first, second] = hashes;
  if (first === undefined) return EMPTY_ROOT;
  if (second === undefined) return first;
  const split = largestPower(hashes.length);
  return nodeHash(subtree(hashes.slice(0, split)), subtree(hashes.slice(split)));
}

/** The inclusion path (RFC 6962, 2.1.1), as the definition has it. */
function path(index: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length <= 1) return [];
  const split = largestPower(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split ? [...path(index, left), subtree(right)] : [...path(index - split, right), subtree(left)];
}

function largestPower(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
