// What commands print with --json, held against the schemas of docs/schemas.
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishImage } from '../../src/publish/image.ts';
import { Layout } from '../../src/repository/layout.ts';
import { tinyIndex } from '../interop/tiny.ts';
import { root, User } from './temper.ts';

const folder = join(root, 'docs', 'schemas');
const used = new Set<string>();
let user: User;

/** The schema as it is, and refusing members that it does not name: those would be documented nowhere. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in copy && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}

function validatorOf(name: string): ValidateFunction {
  used.add(name);
  const schema = JSON.parse(readFileSync(join(folder, `${name}-1.json`), 'utf8')) as { $id: string };
  expect(schema.$id).toBe(`urn:temper:schema:${name}:1`);
  return new Ajv({ allErrors: true }).compile(closed(schema) as object);
}

/** Runs a command, and holds the document, or each line, against the schema: what is wrong. */
async function problems(name: string, status: number, ...args: string[]): Promise<unknown[]> {
  const run = await user.temper([...args, '--json']);
  const validate = validatorOf(name);
  const lines = args.includes('--from-file') ? run.stdout.trimEnd().split('\n') : [run.stdout];
  const wrong = lines.flatMap((line) => (validate(JSON.parse(line)) ? [] : (validate.errors ?? [])));
  return run.status === status ? wrong : [run.status, run.stderr, ...wrong];
}

beforeAll(async () => {
  user = await User.create();
  const index = tinyIndex('documents');
  await publishImage(new Layout(user.path('layout')), { ...index, referrers: [], tag: 'v1' });
  await writeFile(user.path('predicate.json'), '{"a": 1}');
  await writeFile(user.path('blob.txt'), 'blob');
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

test('keys', async () => {
  expect(await problems('key', 0, 'key', 'create', 'old')).toEqual([]);
  expect(await problems('key', 0, 'key', 'import', user.path('config/temper/keys/old.key'), 'other')).toEqual([]);
  expect(await problems('key', 0, 'key', 'show', 'old')).toEqual([]);
  await writeFile(user.path('config/temper/keys/broken.pub'), 'x');
  expect(await problems('keys', 0, 'key', 'list')).toEqual([]);
  expect(await problems('key-rotation', 0, 'key', 'rotate', 'other', 'new')).toEqual([]);
});

test('signatures and attestations, and answers about them', async () => {
  const image = 'oci:layout:v1';
  const key = ['--key', 'config/temper/keys/old.pub'];
  expect(
    await problems(
      'sign',
      0,
      'sign',
      image,
      '--key',
      'old',
      '--log',
      'log',
      '--log-key',
      'other',
      '--log-origin',
      'log.example',
    ),
  ).toEqual([]);
  expect(await problems('sign', 0, 'sign', '--blob', 'blob.txt', '--key', 'old')).toEqual([]);
  expect(
    await problems(
      'sign',
      0,
      'attest',
      image,
      '--key',
      'old',
      '--type',
      'https://x.example/p',
      '--predicate',
      'predicate.json',
    ),
  ).toEqual([]);
  expect(await problems('attestations', 0, 'attestation', 'list', image)).toEqual([]);
  expect(await problems('attestations', 0, 'attestation', 'list', image, '--verify', ...key)).toEqual([]);
  expect(await problems('verify', 1, 'verify', image, ...key)).toEqual([]);
  expect(await problems('verify', 0, 'verify', image, '--signatures-only', ...key)).toEqual([]);
  expect(await problems('verify', 0, 'verify', '--blob', 'blob.txt', ...key)).toEqual([]);
  await writeFile(user.path('references'), `${image}\noci:nowhere:v1\n`);
  expect(await problems('verify', 2, 'verify', '--from-file', 'references', '--signatures-only', ...key)).toEqual([]);
  expect(await problems('copy', 0, 'copy', image, 'oci:elsewhere:v1')).toEqual([]);
  expect(await problems('inspect', 0, 'inspect', image)).toEqual([]);
  expect(await problems('inspect', 0, 'inspect', image, '--no-contents')).toEqual([]);
});

test('a log', async () => {
  expect(await problems('log', 0, 'log', 'show', 'log')).toEqual([]);
  expect(await problems('log-verify', 0, 'log', 'verify', 'log', '--key', 'config/temper/keys/other.pub')).toEqual([]);
  const { child, ended } = user.start(['log', 'serve', 'log', '--listen', '0', '--json']);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  const { stdout } = await ended;
  const validate = validatorOf('log-serve');
  validate(JSON.parse(stdout));
  expect(validate.errors).toBeNull();
});

test('cases of a policy', async () => {
  const trust = `trust: [{repositories: ["oci:${user.path('layout')}"], keys: [${user.path('config/temper/keys/old.pub')}]}]`;
  await writeFile(user.path('policy.yaml'), `apiVersion: temper/v1\nkind: Policy\n${trust}\n`);
  const policy = ['--policy', 'policy.yaml'];
  await mkdir(user.path('cases'));
  expect(
    await problems('policy-record', 0, 'policy', 'record', 'oci:layout:v1', '-o', 'cases/no.yaml', ...policy),
  ).toEqual([]);
  expect(await problems('policy-test', 0, 'policy', 'test', 'cases', ...policy)).toEqual([]);
  await writeFile(user.path('policy.yaml'), 'apiVersion: temper/v1\nkind: Policy\n');
  expect(await problems('policy-test', 1, 'policy', 'test', 'cases', ...policy)).toEqual([]);
});

test('trust roots', async () => {
  await cp(join(root, 'data', 'sigstore', 'trusted_root.json'), user.path('trusted_root.json'));
  const key = ['--key', 'config/temper/keys/old.key'];
  expect(await problems('trust-repository', 0, 'trust', 'create', 'site', 'trusted_root.json', ...key)).toEqual([]);
  expect(await problems('trust-repository', 0, 'trust', 'show', './site')).toEqual([]);
  expect(await problems('trust', 0, 'trust', 'init', '--root', 'site/1.root.json', '--from', 'site')).toEqual([]);
  expect(await problems('trust', 0, 'trust', 'show')).toEqual([]);
  expect(await problems('trust-list', 0, 'trust', 'list')).toEqual([]);
  expect(await problems('trust-signed', 0, 'trust', 'sign', 'site/1.root.json', ...key)).toEqual([]);
  expect(
    await problems(
      'trusted-root',
      0,
      'trust',
      'root',
      '--log',
      'log.example=config/temper/keys/old.pub',
      '--output',
      'made.json',
    ),
  ).toEqual([]);
});

test('every schema of these is held against something', () => {
  const elsewhere = new Set(['compare', 'sbom', 'scan']);
  const files = readdirSync(folder).map((name) => name.replace(/-1\.json$/, ''));
  expect(files.filter((name) => !used.has(name) && !elsewhere.has(name))).toEqual([]);
});
