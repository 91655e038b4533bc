// Rekor, both interfaces of it: takes nothing that it did not verify, logs it as the real ones do, and proves it.
import { createHash, createPublicKey, hash, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { Envelope, preAuthEncoding } from '../../src/dsse/envelope.ts';
import { verifySignature } from '../../src/dsse/verify.ts';
import { verifyHash } from '../../src/dsse/verify-hash.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import { FakeLog, type LoggedJson } from './log.ts';
import { FakeServer, readBody, type Request, type Response } from './server.ts';

const base64 = z.string().transform((text) => Buffer.from(text, 'base64'));
const raw = z.object({ rawBytes: base64 });
const Dsse = z.object({
  apiVersion: z.literal('0.0.1'),
  kind: z.literal('dsse'),
  spec: z.object({ proposedContent: z.object({ envelope: z.string(), verifiers: z.tuple([base64]) }) }),
});
const HashedRekord = z.object({
  apiVersion: z.literal('0.0.1'),
  kind: z.literal('hashedrekord'),
  spec: z.object({
    data: z.object({ hash: z.object({ algorithm: z.enum(['sha256', 'sha384', 'sha512']), value: z.string() }) }),
    signature: z.object({ content: base64, publicKey: z.object({ content: base64 }) }),
  }),
});
const HashedRekordV2 = z.object({
  hashedRekordRequestV002: z.object({
    digest: base64,
    signature: z.object({
      content: base64,
      verifier: z.object({
        keyDetails: z.string(),
        publicKey: raw.optional(),
        x509Certificate: raw.optional(),
      }),
    }),
  }),
});

/** What it answers with, before it is sent. */
export interface FakeAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export class FakeRekor implements AsyncDisposable {
  readonly log: FakeLog;
  /** `METHOD path` of every request. */
  readonly asked: string[] = [];
  /** Spoils answers. */
  spoil: (answer: FakeAnswer, path: string) => void = () => undefined;
  readonly #version: 1 | 2;
  /** Indices by the entry's id. */
  readonly #known = new Map<string, number>();
  #server: FakeServer | undefined;

  private constructor(version: 1 | 2) {
    this.#version = version;
    this.log = new FakeLog('127.0.0.1', version === 1 ? 'ec' : 'ed25519');
  }

  static async start(version: 1 | 2): Promise<FakeRekor> {
    const rekor = new FakeRekor(version);
    // It is no new log.
    for (let i = 0; i < 5; i++) rekor.log.add(Buffer.from(`{"kind":"before","apiVersion":"${i}"}`));
    rekor.#server = await FakeServer.start((request, response) => void rekor.#answer(request, response));
    return rekor;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer(request: Request, response: Response): Promise<void> {
    const { method = '', url: path = '' } = request;
    const sent = (await readBody(request)).toString('utf8');
    this.asked.push(`${method} ${path}`);
    const answer = this.#route(method, path, sent);
    this.spoil(answer, path);
    const { status, headers, body } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #route(method: string, path: string, sent: string): FakeAnswer {
    const [v1, v2] = ['/api/v1/log', '/api/v2/log/entries'];
    if (this.#version === 2) return method === 'POST' && path === v2 ? this.#addV2(sent) : error(404, 'Not Found');
    if (method === 'POST' && path === `${v1}/entries`) return this.#addV1(sent);
    if (method === 'GET' && path === v1) return ok(200, { treeSize: this.log.size });
    const index = this.#known.get(path.slice(`${v1}/entries/`.length));
    return method === 'GET' && index !== undefined ? ok(200, this.#entryV1(index)) : error(404, 'entry not found');
  }

  #addV1(sent: string): FakeAnswer {
    const body = bodyV1(JSON.parse(sent));
    if (typeof body === 'string') return error(400, body);
    const id = createHash('sha256')
      .update(Buffer.from([0]))
      .update(body)
      .digest('hex');
    if (this.#known.has(id)) {
      const headers = { location: `/api/v1/log/entries/${id}` };
      return { ...error(409, 'an equivalent entry already exists in the transparency log'), headers };
    }
    const index = this.log.add(body);
    this.#known.set(id, index);
    return ok(201, this.#entryV1(index));
  }

  /** As its API has it: hexadecimal, numbers, by its id. */
  #entryV1(index: number): object {
    const promised = Math.floor(Date.now() / 1000);
    const entry = this.log.entry(index, { promised }) as LoggedJson & {
      inclusionPromise: { signedEntryTimestamp: string };
      inclusionProof: { rootHash: string; hashes: string[]; checkpoint: { envelope: string } };
      canonicalizedBody: string;
    };
    const { inclusionPromise, inclusionProof: proof } = entry;
    const hex = (text: string): string => Buffer.from(text, 'base64').toString('hex');
    const [id = ''] = [...this.#known].find(([, known]) => known === index) ?? [];
    return {
      [id]: {
        body: entry.canonicalizedBody,
        integratedTime: promised,
        logID: this.log.id.toString('hex'),
        logIndex: index,
        verification: {
          signedEntryTimestamp: inclusionPromise.signedEntryTimestamp,
          inclusionProof: {
            checkpoint: proof.checkpoint.envelope,
            hashes: proof.hashes.map(hex),
            logIndex: index,
            rootHash: hex(proof.rootHash),
            treeSize: this.log.size,
          },
        },
      },
    };
  }

  #addV2(sent: string): FakeAnswer {
    const body = bodyV2(JSON.parse(sent));
    if (typeof body === 'string') return error(400, body);
    return ok(201, this.log.entry(this.log.add(body)));
  }
}

function ok(status: number, body: unknown): FakeAnswer {
  return { status, headers: {}, body };
}

function error(status: number, message: string): FakeAnswer {
  return { status, headers: {}, body: { code: status, message } };
}

/** The canonical body, or why it is none. */
function bodyV1(request: unknown): Buffer | string {
  const rekord = HashedRekord.safeParse(request);
  if (rekord.success) return rekordBody(rekord.data);
  const dsse = Dsse.safeParse(request);
  return dsse.success ? dsseBody(dsse.data) : 'unknown kind of entry';
}

function rekordBody({ apiVersion, kind, spec }: z.infer<typeof HashedRekord>): Buffer | string {
  const { algorithm, value } = spec.data.hash;
  const { content, publicKey } = spec.signature;
  const digest = { algorithm, hash: Buffer.from(value, 'hex') };
  if (verifyHash(keyOf(publicKey.content), digest, content) !== true) return 'verifying signature: invalid signature';
  const named = { content: content.toString('base64'), publicKey: { content: publicKey.content.toString('base64') } };
  return canonical({ apiVersion, kind, spec: { data: { hash: { algorithm, value } }, signature: named } });
}

function dsseBody({ apiVersion, kind, spec }: z.infer<typeof Dsse>): Buffer | string {
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, payloadType, signatures } = Envelope.parse(JSON.parse(envelope));
  const [pem] = verifiers;
  const message = preAuthEncoding(payloadType, payload);
  if (!signatures.every(({ sig }) => isBySha256(keyOf(pem), message, sig))) return 'could not verify envelope';
  const hashed = (bytes: string | Buffer): object => ({ algorithm: 'sha256', value: hash('sha256', bytes, 'hex') });
  const signed = signatures.map(({ sig }) => ({ signature: sig.toString('base64'), verifier: pem.toString('base64') }));
  const logged = { envelopeHash: hashed(envelope), payloadHash: hashed(payload), signatures: signed };
  return canonical({ apiVersion, kind, spec: logged });
}

/** It knows no other hash of a statement. */
function isBySha256(spki: Buffer, message: Buffer, signature: Buffer): boolean {
  const { asymmetricKeyType } = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  if (asymmetricKeyType === 'ed25519') return verifySignature(spki, message, signature);
  return verifyHash(spki, { algorithm: 'sha256', hash: hash('sha256', message, 'buffer') }, signature) === true;
}

const HASHES = { 32: 'sha256', 48: 'sha384', 64: 'sha512' } as const;

function bodyV2(request: unknown): Buffer | string {
  const parsed = HashedRekordV2.safeParse(request);
  if (!parsed.success) return 'invalid hashedrekord request';
  const { digest, signature } = parsed.data.hashedRekordRequestV002;
  const { keyDetails, publicKey, x509Certificate } = signature.verifier;
  const algorithm = HASHES[digest.length as keyof typeof HASHES];
  const [der] = [publicKey, x509Certificate].flatMap((one) => one?.rawBytes ?? []);
  if (der === undefined || !keyDetails.startsWith('PKIX_') || keyDetails === 'PKIX_ED25519') return 'unsupported key';
  const spki = publicKey?.rawBytes ?? spkiOf(new X509Certificate(der));
  if (verifyHash(spki, { algorithm, hash: digest }, signature.content) !== true) return 'invalid signature';
  const named = {
    ...(publicKey === undefined ? {} : { publicKey: { rawBytes: der.toString('base64') } }),
    ...(x509Certificate === undefined ? {} : { x509Certificate: { rawBytes: der.toString('base64') } }),
  };
  const data = { algorithm: algorithm.replace('sha', 'SHA2_'), digest: digest.toString('base64') };
  const logged = { content: signature.content.toString('base64'), verifier: { keyDetails, ...named } };
  const spec = { hashedRekordV002: { data, signature: logged } };
  return canonical({ apiVersion: '0.0.2', kind: 'hashedrekord', spec });
}

function keyOf(pem: Buffer): Buffer {
  const text = pem.toString('latin1');
  if (text.startsWith('-----BEGIN CERTIFICATE')) return spkiOf(new X509Certificate(text));
  return createPublicKey(text).export({ type: 'spki', format: 'der' });
}

function spkiOf({ publicKey }: X509Certificate): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function canonical(body: object): Buffer {
  return Buffer.from(canonicalJson(body), 'utf8');
}
