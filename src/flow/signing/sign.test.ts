import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeRegistry } from '../../../test/fakes/registry.ts';
import { tinyImage, tinyIndex } from '../../../test/interop/tiny.ts';
import { digestOf } from '../../lib/digest.ts';
import { mediaTypes } from '../../oci/types.ts';
import { publishImage } from '../../publish/image.ts';
import { Layout } from '../../repository/layout.ts';
import { Registry } from '../../repository/registry.ts';
import { signatureJson, signatureTable } from '../../report/sign.ts';
import { attestImage, type AttestRequest } from './attest.ts';
import { createKey } from './keys.ts';
import { type SignRequest, signImages } from './sign.ts';

let folder: string;
let layout: string;

const common = () => ({
  key: 'ours' as string | undefined,
  certificate: undefined,
  allowExtractable: false,
  password: '',
  environment: {},
  offline: true,
  insecure: false,
  signal: new AbortController().signal,
  say: () => undefined,
  progress: () => undefined,
  annotations: {},
  containerIdentity: undefined,
});
const request = (more: Partial<SignRequest> = {}): SignRequest => ({
  ...common(),
  references: [`oci:${layout}:v1`],
  formats: ['bundle'],
  recursive: true,
  expiry: undefined,
  ...more,
});
const attest = (more: Partial<AttestRequest> = {}): AttestRequest => ({
  ...common(),
  reference: `oci:${layout}:v1`,
  formats: ['bundle'],
  predicate: join(folder, 'predicate.json'),
  type: 'https://x.example/p',
  statement: undefined,
  platform: undefined,
  replace: false,
  ...more,
});
/** As fast as keys are made: not encrypted. */
const makeKey = (name: string, namedCurve = 'P-256'): void => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  writeFileSync(join(folder, 'temper', 'keys', `${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
};
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../docs/schemas/sign-1.json'), 'utf8'),
) as object;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'temper-sign-'));
  layout = join(folder, 'layout');
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME']) vi.stubEnv(name, folder);
  mkdirSync(join(folder, 'temper', 'keys'), { recursive: true });
  makeKey('ours');
  write('predicate.json', '{"a": 1}');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function image(name = 'image', tag = 'v1') {
  const tiny = tinyImage(name);
  await publishImage(new Layout(layout), { ...tiny, referrers: [], tag });
  return tiny.image;
}

describe('signing images', () => {
  test('signs an index and every manifest that it lists, unless told otherwise', async () => {
    const index = tinyIndex('index');
    await publishImage(new Layout(layout), { ...index, referrers: [], tag: 'v1' });
    const { images } = await signImages(request());
    const digests = [index.image, ...index.platforms].map(({ digest }) => digest);
    expect(images[0]?.signatures.map(({ subject }) => subject)).toEqual(digests);
    const alone = await signImages(request({ recursive: false, annotations: { a: 'b' } }));
    expect(alone.images[0]?.signatures.map(({ subject }) => subject)).toEqual([index.image.digest]);
  });

  test('says who signed, in a document of its schema and in a table', async () => {
    await image();
    const report = await signImages(request({ formats: ['bundle', 'cosign-tag', 'docker'] }));
    expect(report.by).toMatchObject({ kind: 'key', key: join(folder, 'temper', 'keys', 'ours.key') });
    const validate = new Ajv({ allErrors: true }).compile(schema);
    validate(JSON.parse(signatureJson(report)));
    expect(validate.errors).toBeNull();
    expect(signatureTable(report)).toMatch(/^signed by SHA256:[0-9a-f]{64} \(.*ours\.key\)\nIMAGE /);
  });

  test('uses the default key where there is one, and nobody where there is none', async () => {
    await image();
    await expect(signImages(request({ key: undefined }))).rejects.toMatchObject({ code: 'sign/no-signer' });
    const made = await createKey(undefined, { password: '', environment: {} });
    const { by } = await signImages(request({ key: undefined }));
    expect(by).toMatchObject({ fingerprint: made.fingerprint });
  });

  test('publishes nothing when a tag moved while it signed', async () => {
    await using registry = await FakeRegistry.start();
    const repository = new Registry(registry.host, 'a/b');
    const [first, second] = [tinyImage('first'), tinyImage('second')];
    await publishImage(repository, { ...first, referrers: [], tag: 'v1' });
    await publishImage(repository, { ...second, referrers: [], tag: 'v2' });
    const progress = (line: string): void => {
      if (line.startsWith('signing')) registry.tags.set('v1', second.image.digest);
    };
    const references = [`${registry.host}/a/b:v1`];
    const formats = ['bundle', 'cosign-tag', 'docker'] as const;
    const signed = signImages(request({ references, offline: false, progress, formats }));
    await expect(signed).rejects.toMatchObject({ code: 'sign/moved' });
    for (const { digest } of [first.image, second.image]) expect(await repository.referrers(digest)).toEqual([]);
    expect(await repository.tags()).toEqual(['v1', 'v2']);
  });

  test('refuses an index when the registry serves another manifest for a digest', async () => {
    await using registry = await FakeRegistry.start();
    const index = tinyIndex('index');
    const lie = tinyImage('lie').manifests[0]?.bytes ?? Buffer.alloc(0);
    await publishImage(new Registry(registry.host, 'a/b'), { ...index, referrers: [], tag: 'v1' });
    registry.lies.set(index.platforms[1]?.digest ?? '', Buffer.from(lie));
    const signed = signImages(request({ references: [`${registry.host}/a/b:v1`], offline: false }));
    await expect(signed).rejects.toMatchObject({ code: 'sign/altered' });
  });

  test('publishes nothing of any image when one of them cannot be signed', async () => {
    const whole = await image();
    const broken = tinyIndex('broken');
    const other = new Layout(join(folder, 'other'));
    await publishImage(other, { ...broken, referrers: [], tag: 'v1' });
    rmSync(join(folder, 'other', 'blobs', 'sha256', broken.platforms[1]?.digest.slice(7) ?? ''));
    const references = [`oci:${layout}:v1`, `oci:${join(folder, 'other')}:v1`];
    await expect(signImages(request({ references }))).rejects.toMatchObject({ code: 'sign/altered' });
    expect(await new Layout(layout).referrers(whole.digest)).toEqual([]);
  });

  test('keeps what others signed, and adds to it', async () => {
    const { digest } = await image();
    makeKey('theirs');
    const formats = ['bundle', 'cosign-tag'] as const;
    await signImages(request({ key: 'theirs', formats }));
    await signImages(request({ formats }));
    await signImages(request({ formats }));
    const repository = new Layout(layout);
    expect(await repository.referrers(digest)).toHaveLength(2);
    const tag = await repository.resolve(`${digest.replace(':', '-')}.sig`);
    const { layers } = JSON.parse((await repository.manifest(tag)).toString()) as { layers: unknown[] };
    expect(layers).toHaveLength(2);
  });

  test('signs an image once that is named twice', async () => {
    const { digest } = await image('image', 'v1');
    await image('image', 'v2');
    const references = [`oci:${layout}:v1`, `oci:${layout}:v2`];
    const { images } = await signImages(request({ references }));
    expect(images.map(({ reference }) => reference)).toEqual(references);
    expect(images[0]?.signatures).toEqual(images[1]?.signatures);
    expect(await new Layout(layout).referrers(digest)).toHaveLength(1);
  });

  test.each([
    ['docker-archive:x.tar', 'sign/place'],
    ['sbom:x.json', 'sign/place'],
    ['rootfs:/', 'sign/place'],
  ])('refuses %s, which has no place for signatures', async (reference, code) => {
    await expect(signImages(request({ references: [reference] }))).rejects.toMatchObject({ code });
  });

  test.each([
    [{ formats: ['notation-jws'] }, 'sign/certificate'],
    [{ certificate: 'none.pem' }, 'file/missing'],
    [{ containerIdentity: 'x', references: ['a', 'b'] }, 'option/identity'],
    [{ keyless: {} }, 'option/key'],
    [{ keyless: {}, key: undefined, formats: ['notation-jws'] }, 'sign/certificate'],
  ] as const)('with %o is refused: %s', async (more, code) => {
    await image();
    await expect(signImages(request(more as Partial<SignRequest>))).rejects.toMatchObject({ code });
  });

  test('refuses a log for formats that cannot carry its proof, before it is written to', async () => {
    await image();
    await createKey('log', { password: '', environment: {}, type: 'ed25519' });
    const log = { place: join(folder, 'log'), key: 'log', password: '', origin: 'log.example' };
    const only = signImages(request({ log, formats: ['cosign-tag'] }));
    await expect(only).rejects.toMatchObject({
      code: 'sign/witness',
      message: expect.stringContaining('a proof and no promise') as string,
    });
    const { images } = await signImages(request({ log, formats: ['bundle', 'cosign-tag'] }));
    expect(images[0]?.signatures.map(({ format, witnesses }) => [format, witnesses])).toEqual([
      ['bundle', [log.place]],
      ['cosign-tag', []],
    ]);
  });
});

describe('attesting', () => {
  test('hangs on what is named, or on the platform that is asked for', async () => {
    const index = tinyIndex('index');
    await publishImage(new Layout(layout), { ...index, referrers: [], tag: 'v1' });
    const on = async (platform: string | undefined) =>
      (await attestImage(attest({ platform }))).images[0]?.signatures.map(({ subject, role }) => [subject, role]);
    expect(await on(undefined)).toEqual([[index.image.digest, 'index']]);
    expect(await on('linux/amd64')).toEqual([[index.platforms[0]?.digest, 'manifest']]);
    await expect(on('linux/s390x')).rejects.toMatchObject({
      code: 'attest/platform',
      hint: 'There is: linux/amd64, linux/arm64.',
    });
  });

  test('signs a ready statement as it stands, and refuses one about anything else', async () => {
    const { digest } = await image();
    const statement = (about: string) =>
      `{ "_type": "https://in-toto.io/Statement/v1", "predicateType": "https://x.example/p",\n  "subject": [{"digest": {"sha256": "${about}"}}], "predicate": {"n": 12345678901234567890} }`;
    const ready = { predicate: undefined, type: undefined };
    const good = write('good.json', statement(digest.slice(7)));
    await attestImage(attest({ ...ready, statement: good }));
    const repository = new Layout(layout);
    const [referrer] = await repository.referrers(digest);
    if (referrer === undefined) throw new Error('nothing hangs on it');
    const { layers } = JSON.parse((await repository.manifest(referrer)).toString()) as {
      layers: { digest: 'sha256:'; size: number }[];
    };
    const bundle = JSON.parse((await repository.blob(layers[0] ?? referrer, 1 << 20)).toString()) as {
      dsseEnvelope: { payload: string };
    };
    expect(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()).toBe(statement(digest.slice(7)));
    const other = write('other.json', statement(digestOf('another').slice(7)));
    await expect(attestImage(attest({ ...ready, statement: other }))).rejects.toMatchObject({ code: 'attest/subject' });
    await expect(attestImage(attest({ statement: good }))).rejects.toMatchObject({ code: 'option/statement' });
  });

  test.each([
    [{ type: undefined }, 'option/predicate-type'],
    [{ type: 'no type' }, 'option/predicate-type'],
    [{ predicate: undefined }, 'option/predicate'],
  ] as const)('with %o is refused: %s', async (more, code) => {
    await image();
    await expect(attestImage(attest(more))).rejects.toMatchObject({ code });
  });

  test('of what is no JSON is refused', async () => {
    await image();
    const predicate = write('broken.json', '{');
    await expect(attestImage(attest({ predicate }))).rejects.toMatchObject({ code: 'json/malformed' });
  });

  test('replaces those of the same type under the tag, and no others', async () => {
    const { digest } = await image();
    const formats = ['cosign-tag'] as const;
    await attestImage(attest({ formats }));
    await attestImage(attest({ formats, type: 'https://x.example/q' }));
    write('predicate.json', '{"a": 2}');
    await attestImage(attest({ formats, replace: true }));
    const repository = new Layout(layout);
    const tag = await repository.resolve(`${digest.replace(':', '-')}.att`);
    const { layers } = JSON.parse((await repository.manifest(tag)).toString()) as {
      layers: { annotations: { predicateType: string } }[];
    };
    expect(layers.map(({ annotations }) => annotations.predicateType)).toEqual([
      'https://x.example/q',
      'https://x.example/p',
    ]);
  });

  test.each(['bundle', 'docker'] as const)(
    'replaces those of the same type in the format %s, and no others',
    async (format) => {
      const { digest } = await image();
      const formats = [format];
      makeKey('theirs');
      const first = await attestImage(attest({ formats }));
      const other = await attestImage(attest({ formats, type: 'https://x.example/q' }));
      const elsewhere = await attestImage(attest({ formats: [format === 'docker' ? 'bundle' : 'docker'] }));
      write('predicate.json', '{"a": 2}');
      const report = await attestImage(attest({ formats, replace: true, key: 'theirs' }));
      const manifestOf = ({ images }: typeof report) => images[0]?.signatures[0]?.manifest;
      expect(report.images[0]?.signatures[0]?.replaced).toEqual([manifestOf(first)]);
      expect(signatureTable(report)).toContain('(in place of 1)');
      const validate = new Ajv({ allErrors: true }).compile(schema);
      validate(JSON.parse(signatureJson(report)));
      expect(validate.errors).toBeNull();
      const repository = new Layout(layout);
      const there = (await repository.referrers(digest)).map((one) => one.digest);
      expect(new Set(there)).toEqual(new Set([other, elsewhere, report].map(manifestOf)));
      expect(await repository.referrers(manifestOf(first) ?? 'sha256:')).toEqual([]);
      expect(await repository.has({ digest: manifestOf(first) ?? 'sha256:', size: 0 })).toBe(false);
      // The same again is there already, and stays.
      const again = await attestImage(attest({ formats, replace: true, key: 'theirs' }));
      expect(again.images[0]?.signatures).toMatchObject([
        { status: 'there', manifest: manifestOf(report), replaced: [] },
      ]);
    },
  );

  test.each([true, false])(
    'keeps what is there where a registry deletes nothing (referrers API: %j), and says so',
    async (referrers) => {
      await using registry = await FakeRegistry.start({ referrers, deletes: false });
      const repository = new Registry(registry.host, 'a/b');
      const { digest } = await publishImage(repository, { ...tinyImage('kept'), referrers: [], tag: 'v1' });
      const reference = `${registry.host}/a/b:v1`;
      await attestImage(attest({ reference, offline: false }));
      const [old] = await repository.referrers(digest);
      write('predicate.json', '{"a": 2}');
      await expect(attestImage(attest({ reference, offline: false, replace: true }))).rejects.toMatchObject({
        code: 'attest/not-replaced',
        message: expect.stringMatching(/^The new attestation sha256:[0-9a-f]{64} is published, .*405/) as string,
      });
      const there = await repository.referrers(digest);
      expect(there).toHaveLength(2);
      expect(there).toContainEqual(old);
    },
  );

  test('makes the same attestation once, in every format', async () => {
    const { digest } = await image();
    const formats = ['bundle', 'cosign-tag', 'docker'] as const;
    const statuses = async () =>
      (await attestImage(attest({ formats }))).images[0]?.signatures.map(({ status }) => status);
    expect(await statuses()).toEqual(['added', 'added', 'added']);
    expect(await statuses()).toEqual(['there', 'there', 'there']);
    const types = (await new Layout(layout).referrers(digest)).map(({ artifactType }) => artifactType);
    expect(types).toHaveLength(2);
    expect(new Set(types)).toEqual(new Set([mediaTypes.sigstoreBundle, mediaTypes.inToto]));
  });
});
