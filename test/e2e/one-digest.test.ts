// One digest per answer: a registry that moves a tag or changes a blob between two requests cannot make a command speak of two things.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Statement, statementAbout } from '../../src/intoto/statement.ts';
import { parseIndex } from '../../src/oci/documents.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { publishReferrers } from '../../src/publish/image.ts';
import { bundleReferrer } from '../../src/publish/referrer.ts';
import { Registry } from '../../src/repository/registry.ts';
import { signStatement } from '../../src/sign/statement.ts';
import { FakeRegistry } from '../fakes/registry.ts';
import { zipOf } from '../fakes/zip.ts';
import { appImage, saveLayout } from './sbom-images.ts';
import { SignedImage } from './signed-image.ts';

const TAG = 'moving';
const NAME = 'acme/app';

let image: SignedImage;
/** Two images that Temper built. */
let built: Pair;
/** Two images with the same vulnerable package; of the second one a trusted key says that it is not affected. */
let vulnerable: Pair;

/** A registry with two images, and a tag that names either. */
class Pair implements AsyncDisposable {
  readonly registry: FakeRegistry;
  readonly a: Descriptor;
  readonly b: Descriptor;

  private constructor(registry: FakeRegistry, a: Descriptor, b: Descriptor) {
    this.registry = registry;
    this.a = a;
    this.b = b;
  }

  static async of(a: string, b: string): Promise<Pair> {
    const registry = await FakeRegistry.start();
    const repository = new Registry(registry.host, NAME);
    const copied = async (from: string, tag: string): Promise<Descriptor> => {
      const run = await image.user.temper(['copy', from, `${registry.host}/${NAME}:${tag}`]);
      if (run.status !== 0) throw new Error(run.stderr);
      return await repository.resolve(tag);
    };
    return new Pair(registry, await copied(a, 'a'), await copied(b, 'b'));
  }

  get reference(): string {
    return `${this.registry.host}/${NAME}:${TAG}`;
  }

  name(which: Descriptor): void {
    this.registry.tags.set(TAG, which.digest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry[Symbol.asyncDispose]();
  }
}

async function vexOn(pair: Pair, subject: Descriptor, status: object): Promise<void> {
  const statement: Statement = statementAbout(subject, 'https://openvex.dev/ns/v0.2.0', {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.org/vex',
    author: 'A',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: [{ vulnerability: { name: 'CVE-2026-10000' }, ...status }],
  });
  const referrer = bundleReferrer({
    subject,
    bytes: await signStatement(statement, image.signer),
    predicateType: statement.predicateType,
    created: new Date(0),
  });
  await publishReferrers(new Registry(pair.registry.host, NAME), [referrer]);
}

beforeAll(async () => {
  image = await SignedImage.build();
  const other = await image.buildAnother({ packages: ['base-files'] });
  built = await Pair.of(image.layout.reference, other.reference);
  const { user } = image;
  await saveLayout(user.path('one.tar'), { 'linux/amd64': appImage() });
  await saveLayout(user.path('two.tar'), { 'linux/amd64': appImage({ created: '2025-01-01T00:00:00Z' }) });
  vulnerable = await Pair.of(`oci-archive:${user.path('one.tar')}`, `oci-archive:${user.path('two.tar')}`);
  await vexOn(vulnerable, vulnerable.a, { status: 'affected', action_statement: 'Wait.' });
  await vexOn(vulnerable, vulnerable.b, { status: 'not_affected', justification: 'vulnerable_code_not_present' });
  const record = {
    schema_version: '1.7.0',
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2026-08-16T00:00:00Z',
    aliases: ['CVE-2026-10000'],
    affected: [
      { package: { ecosystem: 'npm', name: 'left-pad' }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
    ],
  };
  await mkdir(user.path('osv/npm'), { recursive: true });
  await writeFile(
    user.path('osv/npm/all.zip'),
    zipOf([{ name: `${record.id}.json`, content: JSON.stringify(record) }]),
  );
  const db = await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db']);
  if (db.status !== 0) throw new Error(db.stderr);
});
afterAll(async () => {
  await built[Symbol.asyncDispose]();
  await vulnerable[Symbol.asyncDispose]();
  await image[Symbol.asyncDispose]();
});

interface Case {
  readonly pair: () => Pair;
  readonly args: (reference: string) => readonly string[];
}

const key = () => ['--key', image.user.publicKey];
const found = () => ['--db', 'x.db', '--no-cache', '--json', ...key()];
const ofBuilt = (args: Case['args']): Case => ({ pair: () => built, args });
const ofVulnerable = (args: Case['args']): Case => ({ pair: () => vulnerable, args });

const cases: Readonly<Record<string, Case>> = {
  verify: ofBuilt((it) => ['verify', it, '--json', ...key()]),
  inspect: ofBuilt((it) => ['inspect', it, '--json']),
  sbom: ofBuilt((it) => ['sbom', it, '--format', 'json', '--no-cache', '--platform', 'linux/amd64']),
  'attestation list': ofBuilt((it) => ['attestation', 'list', it, '--json', '--verify', ...key()]),
  'attestation get': ofBuilt((it) => [
    'attestation',
    'get',
    it,
    '--predicate-type',
    'slsaprovenance1',
    '--verify',
    ...key(),
  ]),
  copy: ofBuilt((it) => ['copy', it, 'oci:copied:x', '--json', ...key()]),
  scan: ofVulnerable((it) => ['scan', it, ...found()]),
  compare: ofVulnerable((it) => [
    'compare',
    `${it.replace(`:${TAG}`, '')}@${vulnerable.a.digest}`,
    it,
    '--fail-on',
    'any',
    ...found(),
  ]),
  'compare of policies': ofBuilt((it) => [
    'compare',
    `${it.replace(`:${TAG}`, '')}@${built.a.digest}`,
    it,
    '--exit-on',
    'policy',
    '--platform',
    'linux/amd64',
    ...found(),
  ]),
  'vex list': ofVulnerable((it) => ['vex', 'list', it, '--json', ...key()]),
  'vex export': ofVulnerable((it) => ['vex', 'export', '--image', it, ...key()]),
};

async function answer({ pair, args }: Case): Promise<string> {
  await rm(image.user.path('copied'), { recursive: true, force: true });
  const run = await image.user.temper(args(pair().reference), { env: { SOURCE_DATE_EPOCH: '1780000000' } });
  // Verifying says when it was asked.
  return [run.status, run.stdout.replace(/"time": "[^"]*"/, ''), run.stderr].join('\n');
}

/** The answers when the tag names the one and the other image all the time. */
async function honest(one: Case): Promise<{ a: string; b: string; requests: number }> {
  const { registry, a, b } = one.pair();
  registry.before = () => undefined;
  one.pair().name(b);
  const ofB = await answer(one);
  one.pair().name(a);
  const before = registry.log.length;
  const ofA = await answer(one);
  return { a: ofA, b: ofB, requests: registry.log.length - before };
}

describe.each(Object.entries(cases))('%s', (_, one) => {
  test('speaks of one image, whenever the tag moves', async () => {
    const { registry, a, b } = one.pair();
    const { a: ofA, b: ofB, requests } = await honest(one);
    expect(ofA).not.toBe(ofB);
    // Right after the first request that names the tag, before the last one, and at every n-th request all the time.
    const moments = [2, Math.ceil(requests / 2), requests].map((moment) => (count: number) => count === moment);
    const always = [1, 2, 3].map((n) => (count: number) => count % n === 0);
    for (const moves of [...moments, ...always]) {
      let count = 0;
      one.pair().name(a);
      registry.before = () => {
        if (moves(++count)) one.pair().name(registry.tags.get(TAG) === a.digest ? b : a);
      };
      expect([ofA, ofB]).toContain(await answer(one));
    }
  });
});

describe.each(['sign', 'attest'])('%s', (command) => {
  test('hangs what it makes on one image, whenever the tag moves', async () => {
    const { registry, a, b } = built;
    const repository = new Registry(registry.host, NAME);
    const treeOf = async (root: Descriptor): Promise<ReadonlySet<string>> => {
      const { manifests } = parseIndex(await repository.manifest(root));
      return new Set([root.digest, ...manifests.map(({ digest }) => digest)]);
    };
    const trees = [await treeOf(a), await treeOf(b)];
    await writeFile(image.user.path('predicate.json'), '{}');
    // Before the tag is read, right after, later, and never.
    const moments = [1, 2, 5, undefined];
    let signed = 0;
    for (let n = 1; n <= 8; n++) {
      const before = new Set(registry.manifests.keys());
      const own = {
        sign: ['--recursive'],
        attest: ['--predicate', 'predicate.json', '--type', `https://x.example/${n}`],
      };
      let count = 0;
      registry.before = () => {
        if (n > 4 ? ++count === moments[n - 5] : ++count % n === 0)
          built.name(registry.tags.get(TAG) === a.digest ? b : a);
      };
      const args = [command, built.reference, '--key', image.user.privateKey, '-a', `run=${command}${n}`];
      const run = await image.user.temper([...args, ...own[command as keyof typeof own]]);
      registry.before = () => undefined;
      const fresh = [...registry.manifests].filter(([digest]) => !before.has(digest));
      const subjects = fresh.map(
        ([, { bytes }]) => (JSON.parse(bytes.toString()) as { subject: Descriptor }).subject.digest,
      );
      if (run.status === 0) signed++;
      // Who notices that the tag moves publishes nothing.
      expect(run.status === 0 || (run.status === 2 && subjects.length === 0)).toBe(true);
      expect(trees.some((tree) => subjects.every((subject) => tree.has(subject)))).toBe(true);
    }
    expect(signed).toBeGreaterThan(1);
  });
});

describe('what is changed under its digest between two requests', () => {
  test.each(['verify', 'sbom', 'scan', 'copy', 'attestation get'])('is noticed by %s', async (name) => {
    const one = cases[name];
    if (one === undefined) throw new RangeError(name);
    const { registry } = one.pair();
    const { a: ofA, b: ofB, requests } = await honest(one);
    const content = registry.log
      .slice(-requests)
      .map((line) => /\/(?:blobs|manifests)\/(sha256:[0-9a-f]{64})$/.exec(line)?.[1]);
    const read = [...new Set(content.filter((digest) => digest !== undefined))];
    const some = read.filter((__, i) => i % Math.ceil(read.length / 8) === 0);
    let noticed = 0;
    for (const digest of some) {
      const truth = registry.blobs.get(digest) ?? registry.manifests.get(digest)?.bytes;
      if (truth === undefined) continue;
      const lie = Buffer.from(truth);
      lie.writeUInt8(lie.readUInt8(lie.length >> 1) ^ 1, lie.length >> 1);
      let count = 0;
      registry.before = () => {
        if (++count === 2) registry.lies.set(digest, lie);
      };
      const got = await answer(one);
      registry.lies.delete(digest);
      expect(got).not.toBe(ofB);
      if (got === ofA) continue; // It was read before, or is not of this image.
      noticed++;
      // No answer, a "no", or, where a statement is not used, a note that says so.
      expect(got).toMatch(/^[12]\n|is not used: /);
    }
    expect(noticed).toBeGreaterThan(1);
  });
});
