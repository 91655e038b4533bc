// A log of ours in the eyes of cosign: an attestation whose only witness is an entry in it, verified through a trusted root.
import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preAuthEncoding, signEnvelope } from '../../src/dsse/envelope.ts';
import { STATEMENT_PAYLOAD_TYPE, statementAbout, statementBytes } from '../../src/intoto/statement.ts';
import { writeTrustedRoot } from '../../src/flow/trust/trust-parts.ts';
import { createRepository } from '../../src/flow/trust/trust-repository.ts';
import { verifyBundle } from '../../src/flow/verification/verify-bundle.ts';
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
import { FakeServer } from '../fakes/server.ts';
import { describeWith } from './peers.ts';
import { TimestampAuthority } from './timestamps.ts';

const START = '2020-01-01T00:00:00Z';
const PREDICATE = 'https://example.com/looked-at/v1';
const artifact = Buffer.from('an artifact\n');
/** Of key files without a password. */
const keys = { password: '', environment: {} };
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
    await writeFile(join(folder, `${name}.pub`), publicKeyPem(logSigner.publicKey));
    const chain = await Promise.all(['leaf', 'root'].map(async (one) => await readFile(join(folder, `${one}.pem`))));
    await writeFile(join(folder, 'tsa.pem'), Buffer.concat(chain));
    const parts = {
      log: [`log.example=${join(folder, `${name}.pub`)},start=${START}`],
      tsa: [`https://time.example=${join(folder, 'tsa.pem')},start=${START}`],
    };
    await writeTrustedRoot({
      ...keys,
      parts: { rekor: [], ctlog: [], fulcio: [], ...parts },
      base: undefined,
      output: root,
    });
    return { bundle: Buffer.from(JSON.stringify(bundle)), root };
  }

  /** @param root `undefined`: what cosign was initialised with */
  async function verify({ bundle, root }: { bundle: Buffer; root: string | undefined }): Promise<ProcessResult> {
    await writeFile(join(folder, 'bundle.json'), bundle);
    const named = root === undefined ? [] : ['--trusted-root', root];
    const trust = ['--key', 'k.pub', ...named, '--use-signed-timestamps', '--type', PREDICATE];
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

  test('Temper takes the trusted root that it made, and what it asks of logs and times is there', async () => {
    const { bundle, root } = await logged('ours', 'ed25519');
    await writeFile(join(folder, 'ours.json'), bundle);
    const [path, artifactPath] = [join(folder, 'ours.json'), join(folder, 'artifact')];
    const asked = { bundle: path, artifact: artifactPath, keys: [join(folder, 'k.pub')], identities: [] };
    const thresholds = { logs: 1, timestamps: 1 };
    expect(await verifyBundle({ ...asked, trustedRoot: root, thresholds })).toMatchObject({ outcome: 'established' });
    const { root: other } = await logged('theirs', 'ed25519');
    expect((await verifyBundle({ ...asked, trustedRoot: other, thresholds })).outcome).not.toBe('established');
  });

  test('a trusted root that Temper hands out by TUF is one that cosign verifies with', async () => {
    const { bundle, root } = await logged('handed', 'ed25519');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(join(folder, 'holder.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await copyFile(root, join(folder, 'trusted_root.json'));
    const site = join(folder, 'site');
    const files = [join(folder, 'trusted_root.json')];
    const holding = { folder: site, keys: [join(folder, 'holder.key')], holders: [], online: [], files };
    await createRepository({ ...keys, ...holding, threshold: 1, periods: {} });
    await using server = await FakeServer.start((request, response) => {
      readFile(join(site, request.url ?? '')).then(
        (bytes) => response.writeHead(200).end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    const first = ['--mirror', server.url, '--root', join(site, '1.root.json')];
    const begun = await run(cosign, ['initialize', ...first], { env: { HOME: folder } });
    expect(begun.status).toBe(0);
    const { status, stderr } = await verify({ bundle, root: undefined });
    expect([stderr, status]).toEqual(['Verified OK\n', 0]);
    const other = await logged('unknown', 'ed25519');
    expect((await verify({ bundle: other.bundle, root: undefined })).status).not.toBe(0);
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
