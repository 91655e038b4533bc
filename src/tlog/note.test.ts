import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkpointText, parseCheckpoint } from './checkpoint.ts';
import { cosign } from './cosignature.ts';
import { formatNote, MOST_NOTE_SIGNATURES, parseNote } from './note.ts';
import {
  formatVerifierKey,
  noteKey,
  noteKeyHash,
  noteKeysOf,
  type NoteKey,
  parseVerifierKey,
  witnessKey,
} from './note-key.ts';
import { verifyNote } from './note-verify.ts';

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const ed = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const key = noteKey('log.example', spkiOf(ed.publicKey));
const text = 'log.example\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const line = (by: NoteKey, bytes: Buffer) => ({ name: by.name, id: by.id, bytes });
const signedText = formatNote({ text, signatures: [line(key, sign(null, Buffer.from(text), ed.privateKey))] });

// The examples of signed-note and tlog-cosignature with a published verifier key: the Go checksum database's test key.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

test('a note that another program signed verifies', () => {
  const peter = parseVerifierKey(PETER);
  expect(formatVerifierKey(peter)).toBe(PETER);
  const note = parseNote(NOTE, 'n');
  expect(formatNote(note)).toBe(NOTE);
  expect(verifyNote(note, [peter])).toMatchObject({ valid: true });
  expect(verifyNote({ ...note, text: note.text.replace('answer', 'anser') }, [peter])).toEqual({
    valid: false,
    reason: 'the signature of PeterNeumann is not over this text',
  });
});

describe('a note', () => {
  test('is judged by its known keys alone', () => {
    const note = parseNote(signedText, 'n');
    expect(verifyNote(note, [key])).toMatchObject({ valid: true, by: [{ key, time: undefined }] });
    const reason = 'it is signed by none of the trusted keys';
    expect(verifyNote(note, [])).toEqual({ valid: false, reason });
    expect(verifyNote(note, [noteKey('log.example', spkiOf(other.publicKey))])).toEqual({ valid: false, reason });
    expect(verifyNote(note, [noteKey('log2.example', spkiOf(ed.publicKey))])).toEqual({ valid: false, reason });
  });

  test('with a bad signature under a known name and id is spoiled, whatever stands beside it', () => {
    const bad = line(key, sign(null, Buffer.from(text), other.privateKey));
    const note = parseNote(signedText, 'n');
    expect(verifyNote({ text, signatures: [...note.signatures, bad] }, [key])).toMatchObject({ valid: false });
    expect(verifyNote({ text, signatures: [bad, ...note.signatures] }, [key])).toMatchObject({ valid: false });
  });

  test('counts a key once that signed twice', () => {
    const note = parseNote(signedText, 'n');
    const twice = verifyNote({ text, signatures: [...note.signatures, ...note.signatures] }, [key]);
    expect(twice.valid && twice.by.length).toBe(1);
  });

  test.each([
    ['without an empty line', 'a\n— x AAAAAAAA\n'],
    ['without signatures', 'a\n\n'],
    ['with an unended line', 'a\n\n— x AAAAAAAA'],
    ['with another dash', 'a\n\n- x AAAAAAAA\n'],
    ['with a plus in the name', 'a\n\n— x+y AAAAAAAA\n'],
    ['with a space in the name', 'a\n\n— x\u00a0y AAAAAAAA\n'],
    ['without a name', 'a\n\n—  AAAAAAAA\n'],
    ['with sloppy base64', 'a\n\n— x AAAAAAA\n'],
    ['with nothing behind the id', 'a\n\n— x AAAAAA==\n'],
    ['with control characters', 'a\t\n\n— x AAAAAAAA\n'],
    ['with too many signatures', `a\n\n${'— x AAAAAAAA\n'.repeat(MOST_NOTE_SIGNATURES + 1)}`],
    ['too large', `${'a'.repeat(300_000)}\n\n— x AAAAAAAA\n`],
  ])('%s is refused', (_, bad) => {
    for (const bytes of [bad, Buffer.from(bad)]) {
      expect(() => parseNote(bytes, 'the note')).toThrow(expect.objectContaining({ code: 'tlog/malformed' }));
    }
  });

  test('that is no UTF-8 is refused', () => {
    const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from(signedText)]);
    expect(() => parseNote(bytes, 'n')).toThrow('N cannot be read: it is not UTF-8.');
  });
});

describe('a key', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

  test.each([
    ['ECDSA P-256', ec, 'sha256', 'ecdsa'],
    ['ECDSA P-384 with its own hash', p384, 'sha384', 'ecdsa'],
    ['ECDSA P-384 with SHA-256', p384, 'sha256', 'ecdsa'],
    ['RSA', rsa, 'sha256', 'rsa'],
  ] as const)('of %s signs notes, its id from the SubjectPublicKeyInfo', (_, pair, hash, kind) => {
    const log = noteKey('rekor.example', spkiOf(pair.publicKey));
    expect(log.kind).toBe(kind);
    const signature = line(log, sign(hash, Buffer.from(text), pair.privateKey));
    expect(verifyNote({ text, signatures: [signature] }, [log])).toMatchObject({ valid: true });
    expect(verifyNote({ text: `${text}x\n`, signatures: [signature] }, [log])).toMatchObject({ valid: false });
  });

  test('of ECDSA has a form as a verifier key, one of RSA has none', () => {
    const log = noteKey('rekor.example', spkiOf(ec.publicKey));
    expect(parseVerifierKey(formatVerifierKey(log))).toEqual(log);
    const other = noteKey('rekor.example', spkiOf(rsa.publicKey));
    expect(() => formatVerifierKey(other)).toThrow(expect.objectContaining({ code: 'tlog/key' }));
  });

  test('is found under the ids that Rekor v1 and v2 give it', () => {
    const ids = (pair: { publicKey: KeyObject }) => noteKeysOf('r', spkiOf(pair.publicKey)).length;
    expect([ids(ec), ids(ed), ids(rsa)]).toEqual([1, 2, 2]);
  });

  test.each([
    ['another id', PETER.replace('c74f20a3', 'c74f20a4')],
    ['another name', PETER.replace('Peter', 'Paul')],
    ['another type', 'x+c74f20a3+Axpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['no key', 'x+c74f20a3+AQ=='],
    ['no form', 'x'],
  ])('with %s is refused', (_, bad) => {
    expect(() => parseVerifierKey(bad)).toThrow(expect.objectContaining({ code: 'tlog/key' }));
  });

  test('of a kind that nobody signs notes with is refused', () => {
    const x = generateKeyPairSync('x25519').publicKey;
    expect(() => noteKey('x', spkiOf(x))).toThrow(expect.objectContaining({ code: 'tlog/key' }));
    expect(() => noteKey('x', Buffer.from('rubbish'))).toThrow(expect.objectContaining({ code: 'tlog/key' }));
    expect(() => noteKey('a b', spkiOf(ed.publicKey))).toThrow('cannot name a key');
    expect(() => witnessKey('w', spkiOf(ec.publicKey))).toThrow('needs an Ed25519 key');
  });
});

describe('a cosignature', () => {
  const witness = witnessKey('witness.example', spkiOf(other.publicKey));
  const made = async () => cosign(text, witness, 1_679_315_147, async (m) => sign(null, m, other.privateKey));

  test('carries its time and verifies over the text alone', async () => {
    const signature = await made();
    expect(parseVerifierKey(formatVerifierKey(witness))).toEqual(witness);
    expect(verifyNote({ text, signatures: [signature] }, [witness])).toMatchObject({
      valid: true,
      by: [{ time: 1_679_315_147 }],
    });
    expect(verifyNote({ text: `${text}x\n`, signatures: [signature] }, [witness])).toMatchObject({ valid: false });
  });

  test('with another time, or cut short, is none', async () => {
    const signature = await made();
    const later = Buffer.from(signature.bytes);
    later.writeUInt8(1, 7);
    for (const bytes of [later, signature.bytes.subarray(1), Buffer.alloc(72, 0xff)]) {
      expect(verifyNote({ text, signatures: [{ ...signature, bytes }] }, [witness])).toMatchObject({ valid: false });
    }
  });
});

describe('a checkpoint', () => {
  test('is read and written', () => {
    const checkpoint = parseCheckpoint(signedText);
    expect(checkpoint).toMatchObject({ origin: 'log.example', size: 3, extensions: [] });
    expect(checkpointText(checkpoint)).toBe(text);
    const extended = { ...checkpoint, extensions: ['Timestamp: 1'] };
    expect(
      parseCheckpoint(formatNote({ text: checkpointText(extended), signatures: checkpoint.note.signatures })),
    ).toMatchObject({ extensions: ['Timestamp: 1'] });
  });

  test.each([
    ['without a root', 'log\n3\n'],
    ['with an empty line', 'log\n3\n\n'],
    ['with a leading zero', text.replace('\n3\n', '\n03\n')],
    ['with a size beyond numbers', text.replace('\n3\n', '\n9007199254740992\n')],
    ['with a negative size', text.replace('\n3\n', '\n-3\n')],
    ['with a short root', text.replace('CsUY', '')],
    ['without an origin', text.replace('log.example', '')],
  ])('%s is refused', (_, bad) => {
    expect(() => parseCheckpoint(`${bad}\n— x AAAAAAAA\n`)).toThrow(
      expect.objectContaining({ code: 'tlog/malformed' }),
    );
  });
});

const shared = join(
  process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared'),
  'vectors/sigstore-bundles',
);
interface Vector {
  verificationMaterial: { tlogEntries: { inclusionProof: { checkpoint: { envelope: string } } }[] };
}
interface Root {
  tlogs: { publicKey: { rawBytes: string }; logId: { keyId: string }; baseUrl: string }[];
}

describe.skipIf(!existsSync(shared))('of the checkpoints of Rekor', () => {
  const read = (folder: string, file: string): unknown => JSON.parse(readFileSync(join(shared, folder, file), 'utf8'));
  const envelope = (folder: string): string =>
    (read(folder, 'bundle.sigstore.json') as Vector).verificationMaterial.tlogEntries[0]?.inclusionProof.checkpoint
      .envelope ?? '';
  const log = () => {
    const { tlogs } = read('rekor2-checkpoint-multiple-cosigs', 'trusted_root.json') as Root;
    return { spki: Buffer.from(tlogs[1]?.publicKey.rawBytes ?? '', 'base64'), id: tlogs[1]?.logId.keyId };
  };
  const name = 'log2025-alpha1.rekor.sigstage.dev';

  test.each(['multiple-cosigs', 'origin-not-first', 'two-sigs-from-origin'])('%s verifies', (kind) => {
    const { note } = parseCheckpoint(envelope(`rekor2-checkpoint-${kind}`));
    expect(verifyNote(note, noteKeysOf(name, log().spki))).toMatchObject({ valid: true });
  });

  test("the key's hash is the log id of the trusted root", () => {
    expect(noteKeyHash(name, log().spki).toString('base64')).toBe(log().id);
  });

  test.each(['missing-log-signature_fail', 'missing-root-hash_fail'])('%s is refused', (kind) => {
    expect(() => parseCheckpoint(envelope(`rekor2-checkpoint-${kind}`))).toThrow(
      expect.objectContaining({ code: 'tlog/malformed' }),
    );
  });
});
