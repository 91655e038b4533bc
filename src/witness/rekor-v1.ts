// Rekor v1 (rekor, openapi.yaml): entries of many kinds, promised with a time, proven in a tree that may be one of several.
import { hash } from 'node:crypto';
import { z } from 'zod';
import { envelopeJson } from '../dsse/envelope.ts';
import { publicKeyPem } from '../keys/public.ts';
import { hashOfKey } from '../keys/scheme.ts';
import { parseJson } from '../lib/json.ts';
import type { SignedContent, Testimony } from '../sign/witness.ts';
import { certificatePem } from '../x509/pem.ts';
import { ask, below, type Answer } from './ask.ts';
import { checkedEntry } from './entry.ts';
import { malformedAnswer, unfitKey } from './faults.ts';
import { ENTRY_ANSWER, type RekorWitness, type WitnessOptions } from './types.ts';

const count = z.int().min(0);
const hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2}){1,64}$/)
  .transform((text) => Buffer.from(text, 'hex').toString('base64'));
const Entry = z.object({
  body: z.string(),
  integratedTime: count,
  logID: hex,
  logIndex: count,
  verification: z.object({
    signedEntryTimestamp: z.string().nullish(),
    inclusionProof: z
      .object({
        checkpoint: z.string().nullish(),
        hashes: z.array(hex).max(64),
        logIndex: count,
        rootHash: hex,
        treeSize: count,
      })
      .nullish(),
  }),
});
/** By its own id. */
const Entries = z.record(z.string(), Entry);

/** The log has this very entry. */
const CONFLICT = 409;

/** A log of Rekor v1 at an address. It keeps no files by Ed25519 keys, and no statements by P-384 and P-521 keys. */
export class RekorV1Witness implements RekorWitness {
  readonly gives = 'promise';
  readonly saysTime = true;
  readonly name: string;
  readonly #url: URL;
  readonly #options: WitnessOptions;

  constructor(url: URL, options: WitnessOptions) {
    this.name = url.href;
    this.#url = below(url, 'api/v1/log/entries');
    this.#options = options;
  }

  /** @throws Fault `witness/…`, `network/…` */
  async witness(signed: SignedContent): Promise<Testimony> {
    const answer = await this.#ask(this.#url, proposedEntry(signed, this.name), [CONFLICT]);
    const { bytes } = answer.status === CONFLICT ? await this.#ask(this.#entryUrl(answer)) : answer;
    const { root, now } = this.#options;
    const check = { name: this.name, promised: true, root, now: now() };
    return { kind: 'log-entry', entry: checkedEntry(this.#parsed(bytes), signed, check) };
  }

  async #ask(url: URL, body?: object, expected: readonly number[] = []): Promise<Answer> {
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return await ask(
      this.#options.http,
      {
        name: this.name,
        url,
        body: sent === undefined ? undefined : { type: 'application/json', bytes: sent },
        accept: 'application/json',
        limit: ENTRY_ANSWER,
      },
      expected,
    );
  }

  /** Where the entry is that is there already: the log says its id alone, and is not sent elsewhere. */
  #entryUrl({ headers }: Answer): URL {
    const [id] = /(?<=\/)(?:[0-9a-f]{64}|[0-9a-f]{80})$/.exec(headers.get('location') ?? '') ?? [];
    if (id === undefined) throw malformedAnswer(this.name, 'a conflict without the entry that is there');
    return below(this.#url, id);
  }

  /** The entry in the form in which bundles carry it. */
  #parsed(bytes: Buffer): object {
    const parsed = Entries.safeParse(this.#json(bytes));
    const [entry, ...others] = Object.values(parsed.data ?? {});
    if (entry === undefined || others.length > 0) throw malformedAnswer(this.name, 'what is no entry of a log');
    const { inclusionProof: proof, signedEntryTimestamp } = entry.verification;
    return {
      logIndex: entry.logIndex,
      logId: { keyId: entry.logID },
      kindVersion: this.#kindVersion(entry.body),
      integratedTime: entry.integratedTime,
      inclusionPromise: { signedEntryTimestamp },
      inclusionProof: proof && {
        logIndex: proof.logIndex,
        rootHash: proof.rootHash,
        treeSize: proof.treeSize,
        hashes: proof.hashes,
        checkpoint: { envelope: proof.checkpoint },
      },
      canonicalizedBody: entry.body,
    };
  }

  #kindVersion(body: string): object {
    const Kind = z.object({ kind: z.string(), apiVersion: z.string() });
    const parsed = Kind.safeParse(this.#json(Buffer.from(body, 'base64')));
    if (!parsed.success) throw malformedAnswer(this.name, 'an entry without a kind');
    return { kind: parsed.data.kind, version: parsed.data.apiVersion };
  }

  #json(bytes: Buffer): unknown {
    try {
      return parseJson(bytes, 'the answer');
    } catch (fault) {
      throw malformedAnswer(this.name, 'what is no JSON', fault);
    }
  }
}

const OTHER_KEY = 'Sign with an ECDSA P-256 key, or ask a log of Rekor v2.';

/** `dsse` 0.0.1 for an envelope, `hashedrekord` 0.0.1 for a message. */
function proposedEntry(signed: SignedContent, name: string): object {
  const { content, signature, publicKey, certificate } = signed;
  const pem = Buffer.from(certificate === undefined ? publicKeyPem(publicKey) : certificatePem(certificate));
  const verifier = pem.toString('base64');
  if (content.kind === 'envelope') {
    if (hashOfKey(publicKey) !== 'sha256') throw unfitKey(name, `${publicKey.algorithm} over statements`, OTHER_KEY);
    const proposedContent = { envelope: JSON.stringify(envelopeJson(content.envelope)), verifiers: [verifier] };
    return { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent } };
  }
  if (publicKey.algorithm === 'ed25519') {
    throw unfitKey(name, 'ed25519 over files', OTHER_KEY);
  }
  const algorithm = hashOfKey(publicKey);
  const data = { hash: { algorithm, value: hash(algorithm, content.message, 'hex') } };
  const named = { content: Buffer.from(signature).toString('base64'), publicKey: { content: verifier } };
  return { apiVersion: '0.0.1', kind: 'hashedrekord', spec: { data, signature: named } };
}
