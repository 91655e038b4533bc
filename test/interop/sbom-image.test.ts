// The image that Temper built, read as anybody's: the SBOM is the one that the build attested, and what others find is in it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readBom } from '../../src/bom/read.ts';
import type { Bom, BomFile } from '../../src/bom/types.ts';
import { run } from '../../src/io/processes.ts';
import { installed } from './peers.ts';
import { plainLayout } from './plain-layout.ts';
import { Builder, buildable } from './real-image.ts';

const builder = new Builder();
let reference: string;
let own: Bom;
let attested: Record<'spdx' | 'cyclonedx', Bom>;

beforeAll(async () => {
  if (!buildable) return;
  reference = `oci:${(await builder.hostLayout()).path}`;
  own = await sbom('json', '--files');
  attested = { spdx: await statement('spdx'), cyclonedx: await statement('cyclonedx') };
});

async function temper(args: readonly string[]): Promise<Buffer> {
  const { status, stdout, stderr } = await builder.temper(args);
  if (status !== 0) throw new Error(`temper ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** `temper sbom` in a format that can be read again. */
async function sbom(format: string, ...args: string[]): Promise<Bom> {
  return readBom(await temper(['sbom', reference, '--format', format, ...args]), format);
}

/** What a trusted key signed when the image was built. */
async function statement(type: string): Promise<Bom> {
  const get = ['attestation', 'get', reference, '--predicate-type', type, '--predicate', '--verify'];
  return readBom(await temper(get), type);
}

const contentOf = ({ path, kind, mode, uid, gid, size, target, sha256, sha1 }: BomFile): string =>
  JSON.stringify([path, kind, mode & 0o7777, uid, gid, size, target, sha256, sha1]);

/** The package that a file is said to belong to; `undefined` where it is said of a step of the build. */
const ownerOf = ({ owner }: BomFile): string | undefined =>
  owner !== undefined && 'package' in owner ? owner.package : undefined;

describe('the SBOM of an image that Temper built', { skip: !buildable }, () => {
  test.each(['spdx', 'cyclonedx'] as const)('has the packages that the build attested in %s, and no others', (type) => {
    const debian = own.packages.filter(({ kind }) => kind === 'deb').map(({ purl }) => purl);
    expect(debian.length).toBeGreaterThan(20);
    expect(debian).toEqual(attested[type].packages.map(({ purl }) => purl));
  });

  test('what else is found in it belongs to one of these packages', () => {
    const others = own.packages.filter(({ kind }) => kind !== 'deb');
    expect(others.map(({ name, kind }) => `${kind} ${name}`)).toContain('generic node');
    expect(others.filter(({ ownedBy }) => ownedBy?.startsWith('pkg:deb/') !== true).map(({ purl }) => purl)).toEqual(
      [],
    );
  });

  test.each(['spdx', 'cyclonedx'] as const)('lists the files that the build attested in %s, each as it is', (type) => {
    expect(own.files.length).toBeGreaterThan(1000);
    const said = attested[type].files.map(contentOf).sort();
    expect(own.files.map(contentOf).sort()).toEqual(said);
  });

  test("says whose each regular file is, as the build does; dpkg's sums leave out what is configuration", () => {
    const said = new Map(attested.cyclonedx.files.map((file) => [file.path, ownerOf(file)]));
    const files = own.files.filter(({ kind }) => kind === 'file');
    const other = files.filter((file) => ownerOf(file) !== said.get(file.path));
    expect(other.length).toBeLessThan(20);
    expect(other.filter((file) => ownerOf(file) !== undefined || !file.path.startsWith('etc/'))).toEqual([]);
    expect(files.filter((file) => ownerOf(file) !== undefined).length).toBeGreaterThan(700);
  });

  test('says the same needs and licences of the packages', () => {
    const said = new Map(attested.cyclonedx.packages.map((p) => [p.purl, p]));
    const debian = own.packages.filter(({ kind }) => kind === 'deb');
    const needs = (list: readonly string[] = []) => list.filter((purl) => said.has(purl)).sort();
    for (const p of debian) {
      const theirs = said.get(p.purl);
      expect([p.purl, needs(p.dependencies)]).toEqual([p.purl, needs(theirs?.dependencies)]);
      expect([p.purl, p.source]).toEqual([p.purl, theirs?.source]);
    }
  });

  test("lists what dpkg's records in the image say", () => {
    const records = own.files.filter(
      ({ path }) => /^var\/lib\/dpkg\/status\.d\/[^/]+$/.test(path) && !path.endsWith('.md5sums'),
    );
    const names = own.packages.filter(({ kind }) => kind === 'deb').map(({ name }) => name);
    expect(records.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).sort()).toEqual(names.sort());
    expect(own.notRead ?? []).toEqual([]);
  });

  test('is the same in each format', async () => {
    const purls = own.packages.map(({ purl }) => purl);
    for (const format of [
      'spdx-json',
      'spdx-json@3.0',
      'spdx-tag-value',
      'cyclonedx-json',
      'cyclonedx-json@1.7',
      'cyclonedx-xml',
    ]) {
      const found = await sbom(format, '--files');
      expect([format, found.packages.map((p) => p.purl)]).toEqual([format, purls]);
      expect([format, found.files.length]).toEqual([format, own.files.length]);
    }
  });

  const syft = installed('syft');
  const skip = syft === undefined;
  test('misses no package that syft finds (skipped where syft is not installed)', { skip }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'temper-syft-'));
    const path = await plainLayout((await builder.hostLayout()).path, join(folder, 'layout'));
    const args = ['scan', `oci-dir:${path}`, '-o', 'json', '-q'];
    const { status, stdout, stderr } = await run(syft ?? '', args, { timeout: 240_000 });
    await rm(folder, { recursive: true });
    expect([status, stderr]).toEqual([0, stderr]);
    const { artifacts } = JSON.parse(stdout.toString('utf8')) as { artifacts: { name: string; version: string }[] };
    const ours = new Set(own.packages.map(({ name, version }) => `${name} ${version}`));
    expect(artifacts.length).toBeGreaterThan(20);
    expect(artifacts.map(({ name, version }) => `${name} ${version}`).filter((one) => !ours.has(one))).toEqual([]);
  });
});
