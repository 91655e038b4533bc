// The real image in Debian's docker-registry, and what becomes of its proofs when others copy it.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { type Digest, digestOf } from '../../src/lib/digest.ts';
import { Registry } from '../../src/repository/registry.ts';
import { peer } from './peers.ts';
import { type Built, Builder, buildable } from './real-image.ts';
import { type RunningRegistry, startDockerRegistry } from './registries.ts';

const dockerRegistry = peer('docker-registry');
const skopeo = peer('skopeo');
const oras = peer('oras');
const skip = !buildable || dockerRegistry === undefined;

const builder = new Builder();
let folder: string;
let registry: RunningRegistry;
let layout: Built & { readonly path: string };
let pushed: Built;

beforeAll(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'temper-image-registry-'));
  registry = await startDockerRegistry(dockerRegistry ?? '');
  layout = await builder.layout();
  pushed = await builder.build(['--push', `${registry.host}/node:20`]);
});

afterAll(async () => {
  if (skip) return;
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Verification {
  readonly digest: Digest;
  readonly decision: { readonly answer: string; readonly against: readonly { readonly check: string }[] };
  readonly checks: readonly { readonly check: string; readonly outcome: string }[];
}

/** `temper verify`, with what its status and its document say. */
async function verify(reference: string, args: readonly string[] = []): Promise<Verification & { status: number }> {
  const { status, stdout, stderr } = await builder.temper(['verify', reference, '--json', ...args]);
  if (stdout.length === 0) throw new Error(stderr);
  return { status, ...(JSON.parse(stdout.toString('utf8')) as Verification) };
}

const withKey = ['--key', builder.publicKey];

/** The checks that spoke against an image, each once. */
const against = ({ decision }: Verification): string[] =>
  [...new Set(decision.against.map(({ check }) => check))].sort();

async function program(path: string | undefined, args: readonly string[]): Promise<ProcessResult> {
  return await run(path ?? '', args, { cwd: folder, env: { HOME: folder, DOCKER_CONFIG: folder } });
}

describe("Debian's docker-registry", { skip }, () => {
  test('takes the push, of the image that the layout has', () => {
    expect(pushed.digest).toBe(layout.digest);
    expect(pushed.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(pushed.attestations).toHaveLength(13);
  });

  test('serves what temper verify accepts by its policy, by tag and by digest', async () => {
    for (const reference of [`${registry.host}/node:20`, `${registry.host}/node@${pushed.digest}`]) {
      const result = await verify(reference);
      expect(result).toMatchObject({ status: 0, digest: layout.digest, decision: { answer: 'yes', against: [] } });
      const established = result.checks.filter(({ outcome }) => outcome === 'established').map(({ check }) => check);
      for (const check of ['blob-digest', 'image-signature', 'provenance', 'sbom'])
        expect(established).toContain(check);
    }
  });

  test('serves every attestation, signed, with the predicate that the layout has', async () => {
    const listed = await builder.temper(['attestation', 'list', `${registry.host}/node:20`, '--verify', '--json']);
    expect(listed.status).toBe(0);
    const { attestations } = JSON.parse(listed.stdout.toString('utf8')) as {
      attestations: { subject: Digest; predicateType: string; signer?: string }[];
    };
    const named = (all: readonly { subject: string; predicateType: string }[]): string[] =>
      all.map(({ subject, predicateType }) => `${subject} ${predicateType}`).sort();
    expect(named(attestations)).toEqual(named(layout.attestations));
    expect(attestations.every(({ signer }) => signer !== undefined)).toBe(true);
    for (const { platform } of layout.platforms) {
      for (const type of [predicateTypes.spdx, predicateTypes.cyclonedx]) {
        const get = ['--predicate-type', type, '--platform', platform, '--predicate', '--verify'];
        const [here, there] = [
          await builder.temper(['attestation', 'get', `${registry.host}/node:20`, ...get]),
          await builder.temper(['attestation', 'get', layout.reference, ...get]),
        ];
        expect([here.status, there.status]).toEqual([0, 0]);
        expect(here.stdout.length).toBeGreaterThan(10_000);
        expect(digestOf(here.stdout)).toBe(digestOf(there.stdout));
      }
    }
  });

  test('is not changed by the same push again', async () => {
    const repository = new Registry(registry.host, 'node');
    const subjects = [pushed.digest, ...pushed.platforms.map(({ digest }) => digest)];
    const state = async (): Promise<unknown> => ({
      tags: await repository.tags(),
      named: await repository.resolve('20'),
      referrers: await Promise.all(subjects.map(async (subject) => await repository.referrers(subject))),
    });
    const before = await state();
    expect((await builder.build(['--push', `${registry.host}/node:20`])).unchanged).toBe(true);
    expect(await state()).toEqual(before);
  });
});

describe('skopeo copy --all', { skip: skip || skopeo === undefined }, () => {
  async function copy(from: string, to: string): Promise<void> {
    const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    const args = ['copy', '--all', '--preserve-digests', '--insecure-policy', ...plain, from, to];
    expect(await program(skopeo, args)).toMatchObject({ status: 0 });
  }

  test('takes the layout into a folder, with the bytes of both platforms', async () => {
    const to = join(folder, 'dir');
    await copy(`oci:${layout.path}:latest`, `dir:${to}`);
    expect(digestOf(await readFile(join(to, 'manifest.json')))).toBe(layout.digest);
    const files = await readdir(to);
    for (const { digest } of layout.platforms)
      expect(files).toContain(`${digest.slice('sha256:'.length)}.manifest.json`);
  });

  // It copies what the tag leads to, not what refers to it: the copy is the image, without proof.
  test('leaves the proofs behind, whose lack temper verify names', async () => {
    const copies: [from: string, to: string, reference: string][] = [
      [`oci:${layout.path}:latest`, `oci:${join(folder, 'copy')}:latest`, `oci:${join(folder, 'copy')}`],
      [`oci:${layout.path}:latest`, `docker://${registry.host}/copied:20`, `${registry.host}/copied:20`],
      [`docker://${registry.host}/node:20`, `docker://${registry.host}/again:20`, `${registry.host}/again:20`],
      [`docker://${registry.host}/node:20`, `oci:${join(folder, 'pulled')}:latest`, `oci:${join(folder, 'pulled')}`],
    ];
    for (const [from, to, reference] of copies) {
      await copy(from, to);
      const result = await verify(reference, withKey);
      expect(result).toMatchObject({ status: 1, digest: layout.digest, decision: { answer: 'no' } });
      expect(against(result)).toEqual(['image-signature', 'provenance', 'sbom']);
      expect(result.checks.filter(({ outcome }) => outcome === 'refuted')).toEqual([]);
    }
  });
});

describe('oras cp --recursive', { skip: skip || oras === undefined }, () => {
  test('takes the proofs along, from layout to registry, between registries and back', async () => {
    await using second = await startDockerRegistry(dockerRegistry ?? '');
    const name = `${registry.host}/carried:20`;
    const copies: [args: string[], reference: string][] = [
      [['--from-oci-layout', `${layout.path}:latest`, '--to-plain-http', name], name],
      [['--from-plain-http', name, '--to-plain-http', `${second.host}/far:20`], `${second.host}/far:20`],
      [
        ['--from-plain-http', `${second.host}/far:20`, '--to-oci-layout', `${join(folder, 'back')}:20`],
        `oci:${join(folder, 'back')}:20`,
      ],
    ];
    for (const [args, reference] of copies) {
      expect(await program(oras, ['cp', '--recursive', '--no-tty', ...args])).toMatchObject({ status: 0 });
      const result = await verify(reference, withKey);
      expect(result).toMatchObject({ status: 0, digest: layout.digest, decision: { answer: 'yes' } });
    }
  });

  test('gives nobody trust: a copy under a name that the policy does not have is not believed without a key', async () => {
    const name = `${registry.host}/unknown:20`;
    const copy = ['--from-plain-http', `${registry.host}/node:20`, '--to-plain-http', name];
    expect(await program(oras, ['cp', '--recursive', '--no-tty', ...copy])).toMatchObject({ status: 0 });
    const result = await builder.temper(['verify', name]);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('code: verify/no-trust');
  });
});
