// Cosign 2.5 and 3.1 judge the real image, in a layout and in registries to which `temper build` pushed it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import type { ProcessResult } from '../../src/io/processes.ts';
import { createKeyPair } from '../../src/keys/file.ts';
import { type Digest, hexOf } from '../../src/lib/digest.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { Layout } from '../../src/repository/layout.ts';
import { Registry } from '../../src/repository/registry.ts';
import type { Repository } from '../../src/repository/types.ts';
import { bothCosigns, Cosign, changed, INDEX_TYPES, printed, subjects, TYPES } from './cosign.ts';
import { peer } from './peers.ts';
import { type Built, Builder, buildable, hostPlatform } from './real-image.ts';
import { type RunningRegistry, startDockerRegistry, startReferrersRegistry } from './registries.ts';
import { type Alteration, republish } from './republish.ts';

const dockerRegistry = peer('docker-registry');
const skip = bothCosigns.skip || !buildable;

const builder = new Builder();
let folder: string;
let theirs: string;
let cosign: Cosign;
let layout: Layout;
let layoutPath: string;
let image: Descriptor;

beforeAll(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'temper-image-cosign-'));
  await createKeyPair(join(folder, 'theirs.key'), '');
  theirs = join(folder, 'theirs.pub');
  layoutPath = (await builder.hostLayout()).path;
  layout = new Layout(layoutPath);
  image = await layout.resolve('latest');
  cosign = await Cosign.in(folder, builder.publicKey);
});

afterAll(async () => {
  if (!skip) await rm(folder, { recursive: true, force: true });
});

const REFUSED =
  /no matching attestations|no signatures (found|associated)|no attestations provided|no valid bundles exist|does not match any digest/;

/** Why cosign refused; that it accepted, or printed a statement all the same, is no reason. */
function refusal({ status, stdout, stderr }: ProcessResult): string {
  return status === 0 || stdout.length > 0 ? `status ${status}` : stderr;
}

/** Publishes the image altered, where it stood genuine before. */
async function alter(to: Repository, alteration: Alteration): Promise<void> {
  if (alteration.bundles === false) await republish(layout, image, to, {});
  await republish(layout, image, to, alteration);
}

/** What somebody without the key can make of the image. */
const alterations: { name: string; alteration: Alteration }[] = [
  { name: 'a changed manifest', alteration: { manifest: relabelled, bundles: false } },
  { name: 'bundles moved to another image', alteration: { manifest: relabelled } },
  { name: 'changed payloads', alteration: { bundle: changed('payload') } },
  { name: 'changed signatures', alteration: { bundle: changed('sig') } },
];

function relabelled(manifest: string): string {
  return JSON.stringify({ ...(JSON.parse(manifest) as object), annotations: { 'com.example.changed': 'yes' } });
}

describe('the layout of one platform', { skip }, () => {
  test('is accepted by cosign 3.1, with its signature and every attestation', async () => {
    expect(await cosign.verify(['--local-image', layoutPath])).toMatchObject({ status: 0 });
    for (const type of TYPES) {
      expect(subjects(await cosign.verifyAttestation(type, ['--local-image', layoutPath]))).toEqual([
        hexOf(image.digest),
      ]);
    }
    const signature = await cosign.verifyAttestation(predicateTypes.signature, ['--local-image', layoutPath]);
    expect(printed(signature)).toMatchObject([{ predicateType: 'https://sigstore.dev/cosign/sign/v1', predicate: {} }]);
  });

  test('is refused under another key', async () => {
    expect(refusal(await cosign.verify(['--local-image', layoutPath], theirs))).toMatch(REFUSED);
    for (const type of TYPES)
      expect(refusal(await cosign.verifyAttestation(type, ['--local-image', layoutPath], theirs))).toMatch(REFUSED);
  });

  test.each(alterations)('is refused with $name', async ({ alteration }) => {
    const path = await mkdtemp(join(folder, 'altered-'));
    await alter(new Layout(path), alteration);
    expect(refusal(await cosign.verify(['--local-image', path]))).toMatch(REFUSED);
    for (const type of TYPES)
      expect(refusal(await cosign.verifyAttestation(type, ['--local-image', path]))).toMatch(REFUSED);
    await rm(path, { recursive: true });
  });

  test('is accepted again when nothing was altered on the same way', async () => {
    const path = await mkdtemp(join(folder, 'same-'));
    const same = await republish(layout, image, new Layout(path), {});
    expect(same.digest).toBe(image.digest);
    for (const type of TYPES)
      expect(subjects(await cosign.verifyAttestation(type, ['--local-image', path]))).toEqual([hexOf(image.digest)]);
    await rm(path, { recursive: true });
  });
});

const kinds: { name: string; skip: boolean; platforms: string[]; start: () => Promise<RunningRegistry> }[] = [
  {
    name: 'a registry that lists referrers',
    skip,
    platforms: ['--platform', hostPlatform],
    start: startReferrersRegistry,
  },
  {
    name: "Debian's docker-registry, which does not",
    skip: skip || dockerRegistry === undefined,
    platforms: [],
    start: async () => await startDockerRegistry(dockerRegistry ?? ''),
  },
];

describe.each(kinds)('$name', (kind) => {
  const name = 'node';
  let registry: RunningRegistry;
  let pushed: Built;
  beforeAll(async () => {
    if (kind.skip) return;
    registry = await kind.start();
    pushed = await builder.build([...kind.platforms, '--push', `${registry.host}/${name}:20`]);
  });
  afterAll(async () => {
    if (!kind.skip) await registry[Symbol.asyncDispose]();
  });

  /** What the tag names and each platform's manifest, with the types that hang there. */
  function everything(): { digest: Digest; references: string[]; types: readonly string[] }[] {
    const at = (digest: Digest): string => `${registry.host}/${name}@${digest}`;
    const tag = `${registry.host}/${name}:20`;
    const platforms = pushed.platforms.map(({ digest }) => ({ digest, references: [at(digest)], types: TYPES }));
    const [only] = platforms;
    if (platforms.length === 1 && only !== undefined) return [{ ...only, references: [tag, at(only.digest)] }];
    return [{ digest: pushed.digest, references: [tag, at(pushed.digest)], types: INDEX_TYPES }, ...platforms];
  }

  test('serves what cosign 2.5 and 3.1 accept, by tag and by digest', kind, async () => {
    expect(pushed.platforms).toHaveLength(kind.platforms.length === 0 ? 2 : 1);
    for (const { digest, references, types } of everything()) {
      for (const reference of references) {
        expect(await cosign.verify([reference])).toMatchObject({ status: 0 });
        for (const type of types) {
          const results = await cosign.verifyAttestations(type, reference);
          expect(results.map(subjects)).toEqual([[hexOf(digest)], [hexOf(digest)]]);
        }
        const signature = printed(await cosign.verifyAttestation2(predicateTypes.signature, reference));
        expect(signature).toMatchObject([{ predicateType: 'https://sigstore.dev/cosign/sign/v1', predicate: {} }]);
      }
    }
  });

  test('serves what they refuse under another key', kind, async () => {
    for (const { references, types } of everything()) {
      for (const reference of references) {
        expect(refusal(await cosign.verify([reference], theirs))).toMatch(REFUSED);
        for (const type of types) {
          for (const result of await cosign.verifyAttestations(type, reference, theirs))
            expect(refusal(result)).toMatch(REFUSED);
        }
      }
    }
  });

  // The registry in memory has one store for all names: a fresh one does not hold what was pushed before.
  test.each(alterations)('serves what they refuse: $name', kind, async ({ alteration }) => {
    await using fresh = await kind.start();
    await alter(new Registry(fresh.host, name), alteration);
    const reference = `${fresh.host}/${name}:latest`;
    expect(refusal(await cosign.verify([reference]))).toMatch(REFUSED);
    for (const type of TYPES) {
      for (const result of await cosign.verifyAttestations(type, reference)) expect(refusal(result)).toMatch(REFUSED);
    }
  });
});
