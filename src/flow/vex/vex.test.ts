import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { finding } from '../../../test/fakes/findings.ts';
import { FakeImage, fakeSigner } from '../../../test/fakes/image.ts';
import { digestOf } from '../../lib/digest.ts';
import type { Bom } from '../../bom/types.ts';
import { statementAbout } from '../../intoto/statement.ts';
import { provenStatements } from '../verification/attestations.ts';
import { judge, judgeOf, subjectOf } from '../scan/scan-statements.ts';
import { type AddOptions, addStatement, notesOf } from './vex-add.ts';
import { readIgnoreFiles, readVexFiles } from './vex-files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-vex-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const options = (change: Partial<AddOptions> = {}): AddOptions => ({
  file: join(folder, 'a.json'),
  products: ['pkg:deb/debian/openssl'],
  subcomponents: [],
  vulnerability: 'CVE-2026-1',
  aliases: [],
  status: 'not-affected',
  justification: 'component_not_present',
  impact: undefined,
  action: undefined,
  author: 'A',
  environment: { SOURCE_DATE_EPOCH: '1780000000' },
  ...change,
});

describe('adding', () => {
  test('makes a document, the same for the same time, and counts its version up', async () => {
    await addStatement(options());
    const first = await readFile(join(folder, 'a.json'), 'utf8');
    await addStatement(options({ file: join(folder, 'b.json') }));
    expect(await readFile(join(folder, 'b.json'), 'utf8')).toBe(first);
    const next = await addStatement(
      options({
        status: 'fixed',
        justification: undefined,
        author: undefined,
        environment: { SOURCE_DATE_EPOCH: '1780000001' },
      }),
    );
    expect(next).toMatchObject({ author: 'A', version: 2, timestamp: 1_780_000_000, lastUpdated: 1_780_000_001 });
    expect(next.statements.map(({ timestamp }) => timestamp)).toEqual([1_780_000_000, 1_780_000_001]);
  });

  test.each([
    [{ status: 'not_afected' }, 'option/status', '"not_afected" is no status.'],
    [{ justification: undefined }, 'vex/invalid', 'without a justification or an impact statement'],
    [{ status: 'affected', justification: undefined }, 'vex/invalid', 'without an action statement'],
    [{ vulnerability: 'CVE 1' }, 'option/vulnerability', '"CVE 1" names no vulnerability.'],
    [{ products: [] }, 'option/product', 'No product is named.'],
    [{ products: ['pkg:x'] }, 'option/product', '"pkg:x" is no package URL.'],
    [{ products: ['a b'] }, 'option/product', '"a b" names no product.'],
  ])('refuses %j, and writes nothing', async (change, code, message) => {
    await expect(addStatement(options(change))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as unknown,
    });
    await expect(readFile(join(folder, 'a.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('tells of products that no scan knows, and of an author who is nobody', async () => {
    const of = async (change: Partial<AddOptions>) => {
      const file = join(folder, `${String(change.products?.[0]?.length)}.json`);
      const request = options({ file, ...change });
      return notesOf(request, await addStatement(request)).map((note) => note.replaceAll(file, 'x.json'));
    };
    expect(await of({ products: ['lodash', 'pkg:npm/lodash'], author: undefined })).toEqual([
      '"lodash" is no package URL, digest or image\'s name with a registry or tag: no scan takes it for a product of its own.',
      'x.json says that its author is "Unknown Author": --author names one.',
    ]);
    expect(await of({ products: ['app:1', 'registry.example/app', `sha256:${'a'.repeat(64)}`] })).toEqual([]);
  });

  test('refuses to extend what is no OpenVEX, and leaves it', async () => {
    await writeFile(join(folder, 'a.json'), '{}');
    await expect(addStatement(options())).rejects.toMatchObject({ code: 'openvex/malformed' });
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('{}');
  });
});

test('files and folders of documents are read by name; an empty folder is refused', async () => {
  await expect(readVexFiles([folder])).rejects.toMatchObject({ code: 'vex/empty-folder' });
  await addStatement(options());
  await addStatement(options({ file: join(folder, 'b.json') }));
  await writeFile(join(folder, 'c.txt'), 'x');
  expect((await readVexFiles([folder, join(folder, 'a.json')])).map(({ source }) => source)).toEqual(
    ['a.json', 'b.json', 'a.json'].map((name) => join(folder, name)),
  );
  await writeFile(join(folder, 'd.json'), '[]');
  await expect(readVexFiles([folder])).rejects.toMatchObject({ code: 'vex/unknown-format' });
});

test('a scan’s findings are judged by documents, then by rules, and expired rules are told', async () => {
  await addStatement(options());
  const rules = join(folder, 'ignore.yaml');
  const rule = (id: string, day: string) => `- {vulnerability: ${id}, reason: r, expires: ${day}}\n`;
  await writeFile(rules, rule('CVE-2026-2', '2099-01-01') + rule('CVE-2026-3', '2020-01-01'));
  const documents = await readVexFiles([join(folder, 'a.json')]);
  const said = { documents, files: documents, rules: await readIgnoreFiles([rules]) };
  const statements = { ...said, digests: [], subjects: [], base: undefined, notes: [] };
  const findings = ['1', '2', '3'].map((n) => finding({ id: `CVE-2026-${n}` }));
  const subject = {
    name: 'app:1',
    version: '1',
    platform: 'linux/amd64',
    configDigest: undefined,
    diffIds: [],
    created: 0,
  };
  const bom: Bom = { subject: { ...subject, distribution: undefined }, packages: [], files: [] };
  const judged = judge(findings, bom, statements, 1_780_000_000);
  expect(judged.findings.map(({ status }) => status)).toEqual(['not-affected', 'ignored', 'affected']);
  expect(judgeOf(statements, 1_780_000_000)).toMatchObject({ expired: judged.expired });
  expect(judgeOf(statements, 1_780_000_000).judge(findings, bom)).toEqual(judged.findings);
  // Attested of another image than the one that was read: the same documents count only as the user's own files.
  const elsewhere = { ...statements, subjects: [digestOf('another')] };
  expect(judgeOf({ ...elsewhere, files: [] }, 1_780_000_000).judge(findings, bom)[0]?.status).toBe('affected');
  expect(judgeOf(elsewhere, 1_780_000_000).judge(findings, bom)[0]?.status).toBe('not-affected');
  expect(judgeOf(elsewhere, 0).unused(bom)).toEqual([expect.stringContaining('are about another image than app:1')]);
  const same = { ...bom, subject: { ...bom.subject, manifestDigest: digestOf('another') } };
  expect(judgeOf({ ...elsewhere, files: [] }, 1_780_000_000).judge(findings, same)[0]?.status).toBe('not-affected');
  expect(judgeOf(elsewhere, 0).unused(same)).toEqual([]);
  expect(judged.expired).toEqual([`${rules}, line 2: the rule for CVE-2026-3 expired on 2020-01-01; it counts again.`]);
});

test('only statements that a trusted key signed count; others are named', async () => {
  const image = await FakeImage.make();
  const amd = image.platforms[0]?.manifest;
  if (amd === undefined) throw new Error('no platform');
  const type = 'https://openvex.dev/ns/v0.2.0';
  await image.attach(amd, statementAbout(amd, type, { a: 1 }));
  await image.attach(amd, statementAbout(amd, type, { evil: 1 }), fakeSigner());
  const request = { repository: image.repository, reference: 'latest', keys: [image.signer.publicKey] };
  const { proven, problems } = await provenStatements(request, (one) => one.startsWith('https://openvex.dev/ns'));
  expect(proven.map(({ predicate, attestation }) => [predicate, attestation.subject])).toEqual([
    [{ a: 1 }, amd.digest],
  ]);
  expect(problems).toEqual([expect.stringContaining('which is not trusted')]);
});

test('an SBOM names the image by the version of what it describes', () => {
  const [digest, config] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`] as const;
  const subject = {
    name: 'app:1',
    version: digest,
    platform: undefined,
    configDigest: config,
    diffIds: [],
    created: 0,
    distribution: undefined,
  };
  const about = subjectOf({ subject }, { digests: [], base: undefined });
  expect(about).toMatchObject({ digests: [digest, config], names: ['app:1'] });
});
