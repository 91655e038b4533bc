import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FakeLog } from '../../test/fakes/log.ts';
import { type FakeAnswer, FakeRekor } from '../../test/fakes/rekor.ts';
import { newKey, signedContent } from '../../test/fakes/signed.ts';
import { Http } from '../io/http.ts';
import { parseEntryBody } from '../sigstore/entry-body.ts';
import { type LogEntry, parseLogEntry } from '../sigstore/log-entry.ts';
import type { SignedContent, Testimony } from '../sign/witness.ts';
import { noRoot, type PreparedRoot } from '../verify/sigstore/trust.ts';
import { openRekor } from './rekor.ts';

const http = new Http({ tries: 2, backoff: 1 });
const now = (): number => Math.floor(Date.now() / 1000);
const trusting = (log: FakeLog): PreparedRoot => {
  const validFor = { start: now() - 1000, end: undefined };
  return { ...noRoot, logs: [{ url: `https://${log.name}`, id: log.id, spki: log.spki, validFor }] };
};

function entryOf(testimony: Testimony): LogEntry {
  if (testimony.kind !== 'log-entry') throw new Error('no entry');
  return parseLogEntry(testimony.entry);
}

/** Replaces members of the entry that is answered. */
function changed(change: (entry: Record<string, unknown>) => object) {
  return ({ body, status }: FakeAnswer, path: string): void => {
    if (status >= 300 || !path.includes('/entries')) return;
    const answer = body as Record<string, Record<string, unknown>>;
    const [id = ''] = Object.keys(answer);
    const entry = /^[0-9a-f]{64}$/.test(id) ? (answer[id] ?? {}) : answer;
    Object.assign(entry, change(entry));
  };
}

/** Replaces something in the body that was logged. */
function changedBody(change: (body: string) => string) {
  return changed(({ body, canonicalizedBody }) => {
    const logged = Buffer.from(String(body ?? canonicalizedBody), 'base64').toString('utf8');
    const lie = Buffer.from(change(logged)).toString('base64');
    return { body: lie, canonicalizedBody: lie };
  });
}

describe.each([1, 2] as const)('Rekor v%i', (version) => {
  let rekor: FakeRekor;
  let other: FakeRekor;
  beforeEach(async () => {
    rekor = await FakeRekor.start(version);
    other = await FakeRekor.start(version);
  });
  afterEach(async () => {
    await rekor[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  const ask = async (signed: SignedContent, root?: PreparedRoot): Promise<LogEntry> => {
    const witness = await openRekor(new URL(`${rekor.url}/`), { http, now, root });
    expect(witness.saysTime).toBe(version === 1);
    return entryOf(await witness.witness(signed));
  };

  test.each([
    ['message', 'P-256', undefined],
    ['message', 'P-256', now() - 60],
    ['message', 'P-384', undefined],
    ['message', 'rsa', undefined],
    ['statement', 'P-256', undefined],
    ['statement', 'P-256', now() - 60],
    ['statement', 'rsa', undefined],
  ] as const)('logs a %s by a key of kind %s, certified from %s', async (kind, key, certifiedFrom) => {
    const signing = { kind, key: newKey(key), ...(certifiedFrom === undefined ? {} : { certifiedFrom }) };
    const signed = await signedContent(signing);
    const entry = await ask(signed, trusting(rekor.log));
    const logged = parseEntryBody(entry.body);
    expect(logged.signature.equals(Buffer.from(signed.signature))).toBe(true);
    expect(logged.verifier).toEqual(
      signed.certificate === undefined
        ? { kind: 'key', der: signed.publicKey.spki }
        : { kind: 'certificate', der: signed.certificate },
    );
    expect(entry).toMatchObject({ logIndex: 5, logId: rekor.log.id, proof: { index: 5, size: 6 } });
    expect(entry.promise === undefined).toBe(version === 2);
  });

  test('has been asked for nothing that a log should not see: no content of a file', async () => {
    const seen: string[] = [];
    rekor.spoil = ({ body }) => seen.push(JSON.stringify(body));
    await ask(await signedContent({ message: 'a secret of the file' }));
    expect(seen.join()).not.toContain(Buffer.from('a secret of the file').toString('base64').slice(0, 20));
  });

  test('takes no signature that does not verify, and says why', async () => {
    const signed = await signedContent();
    const { publicKey } = await signedContent();
    const refused = ask({ ...signed, publicKey });
    await expect(refused).rejects.toMatchObject({
      code: 'witness/refused',
      message: expect.stringMatching(/^http:.*refuses: status 400: .*invalid signature\.$/) as string,
    });
  });

  test('keeps no files by Ed25519 keys', async () => {
    const signed = await signedContent({ key: newKey('ed25519') });
    await expect(ask(signed)).rejects.toMatchObject({ code: 'witness/key' });
  });

  test('that gives an entry about another signature is not believed', async () => {
    const theirs = (await ask(await signedContent())).body.toString('utf8');
    rekor.spoil = changedBody(() => theirs);
    await expect(ask(await signedContent())).rejects.toMatchObject({
      code: 'witness/other',
      message: expect.stringContaining('about another signature') as string,
    });
  });

  test.each(['message', 'statement'] as const)(
    'that logs our signature as one over another %s is not believed',
    async (kind) => {
      const digest = /("digest":"|"(?:payloadHash|hash)":\{"algorithm":"sha256","value":")[^"]{4}/;
      rekor.spoil = changedBody((body) => body.replace(digest, (_, head: string) => `${head}0000`));
      await expect(ask(await signedContent({ kind }))).rejects.toMatchObject({
        code: 'witness/other',
        message: expect.stringContaining('about other bytes') as string,
      });
    },
  );

  test('that logs our signature as that of somebody else is not believed', async () => {
    const key = newKey();
    const certified = { key, certifiedFrom: now() - 60 };
    const theirs = (await ask(await signedContent(certified))).body.toString('utf8');
    const verifier = /"(?:content|rawBytes)":"([A-Za-z0-9+/=]{300,})"/;
    const [, certificate = ''] = verifier.exec(theirs) ?? [];
    rekor.spoil = changedBody((body) =>
      body.replace(verifier, (whole, own: string) => whole.replace(own, certificate)),
    );
    await expect(ask(await signedContent(certified))).rejects.toMatchObject({
      code: 'witness/other',
      message: expect.stringContaining('about another signer') as string,
    });
  });

  test('that proves with another tree than its checkpoint is not believed', async () => {
    other.log.add(Buffer.from('{"kind":"x","apiVersion":"1"}'));
    const checkpoint = other.log.checkpoint();
    rekor.spoil = changed(({ inclusionProof, verification }) =>
      version === 2
        ? { inclusionProof: { ...(inclusionProof as object), checkpoint: { envelope: checkpoint } } }
        : {
            verification: {
              ...(verification as object),
              inclusionProof: { ...(verification as { inclusionProof: object }).inclusionProof, checkpoint },
            },
          },
    );
    await expect(ask(await signedContent())).rejects.toMatchObject({
      code: 'witness/unproven',
      message: expect.stringContaining("does not lead to the checkpoint's root") as string,
    });
  });

  test.each([
    ['no proof', undefined],
    ['no hashes', []],
  ])('that gives %s is not believed', async (_, hashes) => {
    rekor.spoil = changed((entry) => {
      const holder = (version === 1 ? entry['verification'] : entry) as { inclusionProof: object };
      const inclusionProof = hashes && { ...holder.inclusionProof, hashes };
      return version === 1 ? { verification: { ...holder, inclusionProof } } : { inclusionProof };
    });
    await expect(ask(await signedContent())).rejects.toMatchObject({ code: 'witness/unproven' });
  });

  test('that is not in the trusted root is not believed, nor one that only calls itself so', async () => {
    const signed = await signedContent();
    await expect(ask(signed, noRoot)).rejects.toMatchObject({ code: 'witness/untrusted' });
    const liar = { ...trusting(rekor.log), logs: [{ ...trusting(other.log).logs[0], id: rekor.log.id }] };
    await expect(ask(await signedContent(), liar as PreparedRoot)).rejects.toMatchObject({
      code: 'witness/untrusted',
      message: expect.stringMatching(/promise is not by|checkpoint is not by/) as string,
    });
  });

  test.each([
    ['no JSON', 'x', 'witness/malformed'],
    ['an empty object', '{}', 'witness/malformed'],
    ['a list', '[]', 'witness/malformed'],
    ['deep JSON', '['.repeat(5000), 'witness/malformed'],
    ['__proto__', '{"__proto__":{"body":"e30="}}', 'witness/malformed'],
    ['what never ends', 'x'.repeat(17 << 20), 'network/too-large'],
  ])('that answers with %s is not believed', async (_, body, code) => {
    const signed = await signedContent();
    const witness = await openRekor(new URL(rekor.url), { http, now });
    rekor.spoil = (answer) => {
      answer.body = body;
    };
    await expect(witness.witness(signed)).rejects.toMatchObject({ code });
  });

  test('that cannot answer is asked again, and then named', async () => {
    rekor.spoil = (answer) => {
      answer.status = 503;
      answer.body = 'try\u0007 later';
    };
    await expect(ask(await signedContent())).rejects.toMatchObject({
      code: 'witness/unavailable',
      message: expect.stringContaining('status 503: try later.') as string,
    });
    expect(rekor.asked).toHaveLength(2);
  });

  test('is not asked offline, nor in the clear', async () => {
    const options = { http: new Http({ offline: true }), now };
    await expect(openRekor(new URL(rekor.url), options)).rejects.toMatchObject({ code: 'network/offline' });
    const elsewhere = openRekor(new URL('http://rekor.example'), { http, now });
    await expect(elsewhere).rejects.toMatchObject({ code: 'network/insecure' });
  });
});

describe('Rekor v1', () => {
  let rekor: FakeRekor;
  beforeEach(async () => {
    rekor = await FakeRekor.start(1);
  });
  afterEach(async () => await rekor[Symbol.asyncDispose]());
  const open = async () => await openRekor(new URL(rekor.url), { http, now, root: trusting(rekor.log) }, 1);

  test('has an entry already: it is fetched, checked and good', async () => {
    const signed = await signedContent({ kind: 'statement' });
    const witness = await open();
    const first = entryOf(await witness.witness(signed));
    const again = entryOf(await witness.witness(signed));
    expect([again.logIndex, rekor.log.size]).toEqual([first.logIndex, 6]);
    expect(rekor.asked.at(-1)).toMatch(/^GET \/api\/v1\/log\/entries\/[0-9a-f]{64}$/);
  });

  test('keeps statements by Ed25519 keys, and none by keys whose hash it does not know', async () => {
    const signed = await signedContent({ kind: 'statement', key: newKey('ed25519') });
    expect(entryOf(await (await open()).witness(signed)).kind).toBe('dsse');
    const other = await signedContent({ kind: 'statement', key: newKey('P-384') });
    await expect((await open()).witness(other)).rejects.toMatchObject({ code: 'witness/key' });
  });

  test('is asked for the entry that is there at its own address alone', async () => {
    const [signed, witness] = [await signedContent(), await open()];
    await witness.witness(signed);
    rekor.spoil = ({ headers, status }) => {
      const { location = '' } = headers;
      if (status === 409) headers['location'] = `http://127.0.0.1:1/elsewhere/${location.slice(-64)}`;
    };
    await expect(witness.witness(signed)).resolves.toMatchObject({ kind: 'log-entry' });
    rekor.spoil = ({ headers, status }) => {
      if (status === 409) headers['location'] = '/api/v1/log/entries/../../../admin';
    };
    await expect(witness.witness(signed)).rejects.toMatchObject({ code: 'witness/malformed' });
  });

  test.each([
    [
      'no promise',
      (entry: { verification: object }) => ({
        verification: { ...entry.verification, signedEntryTimestamp: undefined },
      }),
      'witness/unproven',
    ],
    ['no time', () => ({ integratedTime: 0 }), 'witness/unproven'],
    ['a promise of another time', () => ({ integratedTime: now() - 50 }), 'witness/untrusted'],
    ['a log that is none of ours', () => ({ logID: '00'.repeat(32) }), 'witness/untrusted'],
  ])('that gives %s is not believed', async (_, change, code) => {
    const witness = await open();
    rekor.spoil = changed(change as (entry: Record<string, unknown>) => object);
    await expect(witness.witness(await signedContent())).rejects.toMatchObject({ code });
  });
});
