// A log of ours in the eyes of cosign: an attestation whose only witness is an entry in it, verified through a trusted root.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preAuthEncoding, signEnvelope } from '../../src/dsse/envelope.ts';
import { STATEMENT_PAYLOAD_TYPE, statementAbout, statementBytes } from '../../src/intoto/statement.ts';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { signerOf } from '../../src/keys/private.ts';
import { publicKeyPem } from '../../src/keys/public.ts';
import { digestOf, sha256Hex } from '../../src/lib/digest.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import { DiskStorage } from '../../src/log/disk.ts';
import { Log } from '../../src/log/log.ts';
import { trustedLog } from '../../src/log/trusted-root.ts';
import { bundleBytes } from '../../src/sigstore/bundle.ts';
import { formatNote } from '../../src/tlog/note.ts';
import type { LogProof } from '../../src/tlog/proof.ts';
import { describeWith } from './peers.ts';
import { TimestampAuthority } from './timestamps.ts';

const START = '2020-01-01T00:00:00Z';
const PREDICATE = 'https://example.com/looked-at/v1';
const artifact = Buffer.from('an artifact\n');
const signer = signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'k');

interface Logged {
  readonly bundle: Buffer;
  readonly root: string;
}

/** Rekor v2's canonical `hashedrekord` 0.0.2 over the DSSE envelope's signed bytes. */
function entryBody(message: Buffer, signature: Buffer): Buffer {
  const verifier = {
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    publicKey: { rawBytes: Buffer.from(signer.publicKey.spki).toString('base64') },
  };
  const data = { algorithm: 'SHA2_256', digest: Buffer.from(sha256Hex(message), 'hex').toString('base64') };
  const spec = { hashedRekordV002: { data, signature: { content: signature.toString('base64'), verifier } } };
  return Buffer.from(canonicalJson({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }));
}

function tlogEntry(body: Buffer, { index, hashes, checkpoint }: LogProof, logId: object): object {
  const { size, root, note } = checkpoint;
  return {
    logIndex: String(index),
    logId,
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    inclusionProof: {
      logIndex: String(index),
      rootHash: root.toString('base64'),
      treeSize: String(size),
      hashes: hashes.map((hash) => hash.toString('base64')),
      checkpoint: { envelope: formatNote(note) },
    },
    canonicalizedBody: body.toString('base64'),
  };
}

describeWith(['cosign', 'openssl'], "cosign and the embedded log's entries", ({ cosign, openssl }) => {
  let folder: string;
  let authority: TimestampAuthority;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temper-log-'));
    authority = await TimestampAuthority.create(openssl, folder);
    await writeFile(join(folder, 'artifact'), artifact);
    await writeFile(join(folder, 'k.pub'), publicKeyPem(signer.publicKey));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function logged(name: string, kind: 'ed25519' | 'P-256', change = (proof: LogProof) => proof): Promise<Logged> {
    const pair = kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: kind });
    const logSigner = signerOf(pair.privateKey, 'log');
    const log = await Log.open(new DiskStorage(join(folder, name)), { origin: 'log.example', signer: logSigner });
    const statement = statementAbout({ name: 'artifact', digest: digestOf(artifact) }, PREDICATE, { seen: true });
    const envelope = await signEnvelope(
      STATEMENT_PAYLOAD_TYPE,
      statementBytes(statement),
      async (m) => await signer.sign(m),
    );
    const signature = envelope.signatures[0]?.sig ?? Buffer.alloc(0);
    const body = entryBody(preAuthEncoding(envelope.payloadType, envelope.payload), signature);
    await log.append(Array.from({ length: 300 }, (_, i) => Buffer.from(`before ${i}`)));
    const { index } = await log.append([body]);
    await log.append([Buffer.from('after')]);
    const { proof } = await log.reader().entryWithProof(index, log.checkpoint);
    const trusted = trustedLog('log.example', logSigner.publicKey, { start: Date.parse(START) / 1000 });
    const bundle = JSON.parse(bundleBytes(envelope, signer.publicKey.spki).toString()) as {
      verificationMaterial: object;
    };
    Object.assign(bundle.verificationMaterial, {
      tlogEntries: [tlogEntry(body, change(proof), trusted.logId)],
      timestampVerificationData: {
        rfc3161Timestamps: [{ signedTimestamp: (await authority.stamp(signature)).toString('base64') }],
      },
    });
    const root = join(folder, `${name}.root.json`);
    const document = {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [trusted],
      timestampAuthorities: [await authority.trusted(START)],
    };
    await writeFile(root, JSON.stringify(document));
    return { bundle: Buffer.from(JSON.stringify(bundle)), root };
  }

  async function verify({ bundle, root }: Logged): Promise<ProcessResult> {
    await writeFile(join(folder, 'bundle.json'), bundle);
    const trust = ['--key', 'k.pub', '--trusted-root', root, '--use-signed-timestamps', '--type', PREDICATE];
    const env = { HOME: folder };
    return await run(cosign, ['verify-blob-attestation', '--bundle', 'bundle.json', ...trust, 'artifact'], {
      cwd: folder,
      env,
    });
  }

  test.each(['ed25519', 'P-256'] as const)('an entry verifies in a log whose key is %s', async (kind) => {
    const { status, stderr } = await verify(await logged(`good-${kind}`, kind));
    expect([stderr, status]).toEqual(['Verified OK\n', 0]);
  });

  test("another log's trusted root, another index and another tree are refused", async () => {
    const good = await logged('one', 'ed25519');
    const other = await logged('other', 'ed25519');
    expect((await verify({ ...good, root: other.root })).stderr).toMatch(/checkpoint|log/);
    const moved = await verify(await logged('moved', 'ed25519', (proof) => ({ ...proof, index: proof.index - 1 })));
    expect([moved.status, moved.stderr]).toEqual([1, expect.stringMatching(/inclusion|root/)]);
    const short = await verify(
      await logged('short', 'ed25519', (proof) => ({ ...proof, hashes: proof.hashes.slice(1) })),
    );
    expect([short.status, short.stderr]).toEqual([1, expect.stringMatching(/inclusion|proof/)]);
  });
});
