// `temper verify` as a command: what it takes, what it writes, and what it ends with.
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKeyPair } from '../../src/keys/file.ts';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { parseStatement } from '../../src/intoto/statement.ts';
import { parseBundle } from '../../src/sigstore/bundle.ts';
import { VerifyScene } from '../fakes/verify-scene.ts';
import { faultOf, User } from './temper.ts';

let scene: VerifyScene;
let user: User;
let key: string;
beforeEach(async () => {
  scene = await VerifyScene.make();
  user = await User.create();
  key = await scene.keyFile('k.pub', scene.world.key.publicKey);
  await scene.sign({ entry: () => [], stamped: false });
});
afterEach(async () => {
  await user[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

const signatures = () => ['--signatures-only', '--offline', '--key', key];

test('answers for one signature, and reads nothing below it', async () => {
  const run = await user.temper(['verify', ...signatures(), scene.reference]);
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(run.stdout).toContain(`verified: oci:${scene.path('image')} ${scene.image.digest}`);
  const json = (await user.temper(['verify', ...signatures(), '--json', scene.reference])).json();
  expect(json).toMatchObject({
    $schema: 'urn:temper:schema:verify:1',
    origin: 'key',
    decision: { answer: 'yes' },
    subjects: [{}],
  });
});

test('answers for many references in their order, and tells which have no answer', async () => {
  const list = scene.path('list.txt');
  const unsigned = await scene.put('unsigned', 'unsigned');
  const lines = [
    scene.reference,
    '# a comment',
    '',
    `oci:${scene.path('image')}:unsigned`,
    `oci:${scene.path('none')}:x`,
  ];
  await writeFile(list, lines.join('\n'));
  const run = await user.temper(['verify', ...signatures(), '--from-file', list]);
  expect([run.status, run.stderr]).toEqual([2, '']);
  expect(run.stdout.split('\n').slice(0, 4)).toEqual([
    `verified     ${scene.reference} ${scene.image.digest}`,
    `NOT verified oci:${scene.path('image')}:unsigned ${unsigned.digest}: image-signature`,
    expect.stringContaining('layout/missing'),
    '1 verified, 1 not verified, 1 without an answer',
  ]);
  await writeFile(list, lines.slice(0, 4).join('\n'));
  const json = await user.temper(['verify', ...signatures(), '--from-file', list, '--json']);
  expect(json.status).toBe(1);
  const answers = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { decision: { answer: string } });
  expect(answers.map(({ decision }) => decision.answer)).toEqual(['yes', 'no']);
});

test('keeps a state, and refuses a clock that went back', async () => {
  const state = scene.path('state.json');
  const args = ['verify', ...signatures(), '--state', state, scene.reference];
  expect((await user.temper(args)).status).toBe(0);
  const kept = JSON.parse(await readFile(state, 'utf8')) as { clock: number };
  await writeFile(state, JSON.stringify({ ...kept, clock: kept.clock + 100_000 }));
  const run = await user.temper(args);
  expect([run.status, run.stdout]).toEqual([1, expect.stringContaining('clock (clock-went-back)')]);
});

test('verifies a file by its bundle, and refuses it altered', async () => {
  await createKeyPair(user.path('mine.key'), '');
  const [blob, bundle] = [user.path('app.tar'), user.path('app.sigstore.json')];
  await writeFile(blob, 'the content');
  const env = { COSIGN_PASSWORD: '' };
  const signed = await user.temper(['sign', '--blob', blob, '--output', bundle, '--key', user.path('mine.key')], {
    env,
  });
  expect([signed.status, signed.stderr]).toEqual([0, '']);
  const args = ['verify', '--blob', blob, '--bundle', bundle, '--key', user.path('mine.pub')];
  const good = await user.temper(args);
  expect([good.status, good.stdout]).toEqual([0, expect.stringContaining('verified: ')]);
  await writeFile(blob, 'other content');
  const bad = await user.temper(args);
  expect([bad.status, bad.stdout]).toEqual([1, expect.stringContaining('NOT verified')]);
});

test('issues a verification summary to a file and on the image, of a refusal, too', async () => {
  await createKeyPair(user.path('verifier.key'), '');
  const output = user.path('summary.json');
  const summary = ['--vsa', output, '--attest-vsa', '--sign-key', user.path('verifier.key')];
  const policy = user.path('signature-alone.yaml');
  await writeFile(policy, 'apiVersion: temper/v1\nkind: Policy\npredicates: {required: []}\n');
  const asked = ['--offline', '--key', key, '--policy', policy];
  expect(await user.temper(['verify', ...asked, ...summary, scene.reference])).toMatchObject({ status: 0, stderr: '' });
  const read = async () => {
    const { content } = parseBundle(await readFile(output));
    if (content.kind !== 'envelope') throw new Error('no envelope');
    return parseStatement(content.envelope.payload);
  };
  const statement = await read();
  expect(statement).toMatchObject({
    predicateType: 'https://slsa.dev/verification_summary/v1',
    subject: [{ digest: { sha256: scene.image.digest.slice('sha256:'.length) } }],
    predicate: {
      resourceUri: `oci:${scene.path('image')}@${scene.image.digest}`,
      policy: { uri: 'urn:temper:policy:command-line' },
      inputAttestations: [{ name: predicateTypes.signature }],
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_BUILD_LEVEL_0'],
    },
  });
  const listed = await user.temper([
    'attestation',
    'list',
    scene.reference,
    '--key',
    user.path('verifier.pub'),
    '--json',
  ]);
  expect(listed.stdout).toContain('verification_summary');
  const full = ['--key', key, '--vsa', output, '--sign-key', user.path('verifier.key')];
  expect((await user.temper(['verify', ...full, scene.reference])).status).toBe(1);
  expect((await read()).predicate).toMatchObject({ verificationResult: 'FAILED', verifiedLevels: ['FAILED'] });
});

test.each([
  [['verify'], 'usage/verify'],
  [['verify', 'oci:a', '--from-file', 'b'], 'usage/verify'],
  [['verify', 'oci:a', '--bundle', 'b'], 'usage/verify'],
  [['verify', '--blob', 'a', '--key', 'k'], 'file/missing'],
  [['verify', 'oci:a', '--vsa', 'f'], 'usage/verify'],
  [['verify', 'oci:a', '--certificate-identity', 'x'], 'usage/verify'],
  [['verify', 'oci:a', '--threshold', '0'], 'usage/invalid-argument'],
  [
    ['verify', 'oci:/tmp:x', '--certificate-identity-regexp', '(?=a)', '--certificate-oidc-issuer', 'x'],
    'expression/malformed',
  ],
])('%j is refused as %s', async (args, code) => {
  const run = await user.temper(args);
  expect([run.status, faultOf(run).code]).toEqual([2, code]);
});

test('tells in lines of their own why a statement is not given', async () => {
  await createKeyPair(user.path('other.key'), '');
  const get = ['attestation', 'get', scene.reference, '--predicate-type', 'signature', '--key'];
  const run = await user.temper([...get, user.path('other.pub')]);
  expect([run.status, run.stdout]).toEqual([1, '']);
  const [sentence, head, ...rows] = run.stderr.trimEnd().split('\n');
  expect([sentence, head?.split(/ +/)[0]]).toEqual(['temper: Nothing that is there is proved.', 'OUTCOME']);
  expect(rows.length).toBeGreaterThan(0);
  expect((await user.temper([...get, key])).status).toBe(0);
});
