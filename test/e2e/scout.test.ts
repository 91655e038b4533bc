// The commands of Docker's guide, with `temper` for `docker scout`, as they stand, on an image in Docker's layout.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicKeyPem } from '../../src/keys/public.ts';
import type { Signer } from '../../src/keys/types.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { parseIndex } from '../../src/oci/documents.ts';
import { Registry } from '../../src/repository/registry.ts';
import { fakeSigner } from '../fakes/image.ts';
import { dockerPredicateTypes, hangDockerStatements } from '../fakes/docker-layout.ts';
import { FakeRegistry } from '../fakes/registry.ts';
import { FakeServer } from '../fakes/server.ts';
import { zipOf } from '../fakes/zip.ts';
import { appImage, saveDocker, saveLayout } from './sbom-images.ts';
import { faultOf, type Run, User } from './temper.ts';

const VEX = 'https://openvex.dev/ns/v0.2.0';
const STIG = 'https://docker.com/dhi/stig/v0.1';

let user: User;
let registry: FakeRegistry;
let signer: Signer;
let index: Descriptor;
let image: string;

beforeAll(async () => {
  user = await User.create();
  registry = await FakeRegistry.start();
  signer = fakeSigner();
  image = `registry://${registry.host}/acme/dhi-node:24`;
  await saveLayout(user.path('app.tar'), {
    'linux/amd64': appImage(),
    'linux/arm64': appImage({ platform: 'linux/arm64' }),
  });
  await saveDocker(user.path('docker.tar'), appImage());
  await temper('copy', 'oci-archive:app.tar', `${registry.host}/acme/dhi-node:24`);
  const repository = new Registry(registry.host, 'acme/dhi-node');
  index = await repository.resolve('24');
  await hangDockerStatements(repository, index, signer, predicateOf);
  await writeFile(user.path('docker.pub'), publicKeyPem(signer.publicKey));
  await writeFile(user.path('other.pub'), publicKeyPem(fakeSigner().publicKey));
  const record = (id: string, name: string, level: string, fixed?: string) => ({
    name: `${id}.json`,
    content: JSON.stringify({
      schema_version: '1.7.0',
      id,
      modified: '2026-08-16T00:00:00Z',
      database_specific: { severity: level },
      affected: [
        {
          package: { ecosystem: 'npm', name },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])] }],
        },
      ],
    }),
  });
  await mkdir(user.path('osv/npm'), { recursive: true });
  const records = [
    record('GHSA-aaaa-aaaa-aaaa', 'left-pad', 'CRITICAL', '1.3.1'),
    record('GHSA-bbbb-bbbb-bbbb', 'is-odd', 'LOW'),
  ];
  await writeFile(user.path('osv/npm/all.zip'), zipOf(records));
  await temper('db', 'build', '--from', 'osv:osv', '--output', 'x.db');
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await user[Symbol.asyncDispose]();
});

function predicateOf(type: string): unknown {
  if (type !== VEX) return { type };
  const statements = [
    { vulnerability: { name: 'GHSA-bbbb-bbbb-bbbb' }, status: 'not_affected', justification: 'component_not_present' },
  ];
  const head = { '@context': VEX, '@id': 'https://example.org/1', author: 'D', timestamp: '2026-01-01T00:00:00Z' };
  return { ...head, version: 1, statements };
}

const temper = async (...args: readonly string[]): Promise<Run> => await user.temper(args);
/** `amd64` or `arm64`, whatever this machine is. */
const host = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;

interface Listed {
  readonly attestations: readonly {
    readonly platform?: string;
    readonly predicateType: string;
    readonly signer?: string;
  }[];
}

describe('attestation', () => {
  test('list shows every statement of every platform', async () => {
    for (const words of [
      ['attestation', 'list'],
      ['attest', 'list'],
    ]) {
      const { attestations } = (await temper(...words, image, '--json', '--org', 'acme')).json() as Listed;
      const on = attestations.filter(({ platform }) => platform === 'linux/arm64');
      expect(on.map(({ predicateType }) => predicateType).sort()).toEqual([...dockerPredicateTypes].sort());
      expect(attestations).toHaveLength(2 * dockerPredicateTypes.length);
    }
    const text = await temper(
      'attestation',
      'list',
      image,
      '--platform',
      'linux/amd64',
      '--format',
      'list',
      '-o',
      'list.txt',
    );
    expect([text.status, text.stdout]).toEqual([0, '']);
    expect(await readFile(user.path('list.txt'), 'utf8')).toContain(STIG);
    const verified = await temper('attestation', 'list', image, '--verify', '--key', 'docker.pub', '--json');
    expect(verified.status).toBe(0);
    const { attestations } = verified.json() as Listed;
    expect(new Set(attestations.map((one) => one.signer))).toEqual(new Set([signer.publicKey.fingerprint]));
  });

  test("get writes this machine's statement, verified, with the options of the guide", async () => {
    const get = ['attestation', 'get', image, '--predicate-type', STIG];
    const run = await temper(
      ...get,
      '--verify',
      '--key',
      'docker.pub',
      '--skip-tlog',
      '--predicate',
      '--output',
      'stig.json',
    );
    expect([run.status, run.stdout]).toEqual([0, '']);
    expect(run.stderr).toMatch(/--skip-tlog changes nothing/);
    expect(JSON.parse(await readFile(user.path('stig.json'), 'utf8'))).toEqual({ type: STIG });
    const whole = (await temper(...get)).json() as { subject: readonly { digest: { sha256: string } }[] };
    const { manifests } = parseIndex(await new Registry(registry.host, 'acme/dhi-node').manifest(index));
    const own = manifests.find(({ platform }) => `${platform?.os}/${platform?.architecture}` === host);
    expect(`sha256:${whole.subject[0]?.digest.sha256}`).toBe(own?.digest);
  });

  test('get takes a key from the address where its owner publishes it', async () => {
    await using server = await FakeServer.start((_, response) => response.end(publicKeyPem(signer.publicKey)));
    const run = await temper(
      'attest',
      'get',
      image,
      '--predicate-type',
      STIG,
      '--verify',
      '--key',
      `${server.url}/dhi/latest.pub`,
    );
    expect([run.status, run.stderr]).toEqual([0, '']);
  });

  test('get --verify writes nothing that is not proved', async () => {
    const get = ['attestation', 'get', image, '--predicate-type', STIG, '--verify', '--output', 'never.json'];
    expect((await temper(...get, '--key', 'other.pub')).status).toBe(1);
    await expect(readFile(user.path('never.json'))).rejects.toThrow('ENOENT');
    expect(faultOf(await temper(...get)).code).toBe('verify/no-trust');
  });

  test('get by the digest that the list shows', async () => {
    const { attestations } = (await temper('attestation', 'list', image, '--json')).json() as {
      attestations: readonly { manifest: string; predicateType: string }[];
    };
    const [first] = attestations;
    const got = (await temper('attestation', 'get', image, first?.manifest ?? '')).json();
    expect(got).toMatchObject({ predicateType: first?.predicateType });
  });

  test('copies keep all of it', async () => {
    await using other = await FakeRegistry.start({ referrers: false });
    const copied = await temper('copy', image, `${other.host}/mirror/node:24`, '--json');
    const { images } = copied.json() as { images: readonly { manifests: readonly { role: string }[] }[] };
    expect(images[0]?.manifests.filter(({ role }) => role === 'referrer')).toHaveLength(
      1 + 4 * dockerPredicateTypes.length,
    );
    const list = [
      'attestation',
      'list',
      `registry://${other.host}/mirror/node:24`,
      '--verify',
      '--key',
      'docker.pub',
      '--json',
    ];
    expect((await temper(...list)).status).toBe(0);
  });
});

describe('vex get', () => {
  test('prints the attested document', async () => {
    const run = await temper(
      'vex',
      'get',
      image,
      '--verify',
      '--key',
      'docker.pub',
      '--output',
      'vex.json',
      '--org',
      'x',
    );
    expect(run.status).toBe(0);
    expect(JSON.parse(await readFile(user.path('vex.json'), 'utf8'))).toEqual(predicateOf(VEX));
    const refused = await temper('vex', 'get', image, '--verify', '--key', 'other.pub');
    expect([refused.status, refused.stdout]).toEqual([1, '']);
  });
});

describe('cves', () => {
  const db = ['--db', 'x.db'];
  const ids = async (...args: readonly string[]): Promise<readonly string[]> => {
    const run = await temper('cves', image, ...db, '--format', 'json', ...args);
    return (run.json() as { findings: readonly { id: string }[] }).findings.map(({ id }) => id).sort();
  };
  const [PAD, ODD] = ['GHSA-aaaa-aaaa-aaaa', 'GHSA-bbbb-bbbb-bbbb'] as const;

  test.each<[readonly string[], readonly string[]]>([
    [[], [PAD, ODD]],
    [['--only-severity', 'critical,high'], [PAD]],
    [['--only-fixed'], [PAD]],
    [['--only-unfixed'], [ODD]],
    [['--only-cve-id', 'ghsa-bbbb-bbbb-bbbb'], [ODD]],
    [['--only-package', '^left'], [PAD]],
    [
      ['--only-package-type', 'npm'],
      [PAD, ODD],
    ],
    [['--only-package-type', 'deb,apk'], []],
    [['--only-cisa-kev'], []],
    [['--epss'], [PAD, ODD]],
    [['--only-base'], []],
    [['--ignore-base'], [PAD, ODD]],
    [
      ['--vex-location', 'vex.json'],
      [PAD, ODD],
    ],
    [['--key', 'docker.pub'], [PAD]],
  ])('%j', async (args, expected) => {
    // The document without the image's name counts for nothing as a file; as an attestation it is about the image.
    if (args[0] === '--vex-location') await writeFile(user.path('vex.json'), JSON.stringify(predicateOf(VEX)));
    expect(await ids(...args)).toEqual(expected.toSorted());
  });

  test('-e exits with 2 where something is found, as Docker Scout does', async () => {
    expect((await temper('cves', image, ...db, '-e')).status).toBe(2);
    expect((await temper('cves', image, ...db, '--exit-code', '--only-package', '^none$')).status).toBe(0);
    expect((await temper('cves', image, ...db)).status).toBe(0);
  });

  test.each(['packages', 'sarif', 'spdx', 'gitlab', 'markdown', 'sbom', 'json'])('writes %s', async (format) => {
    const file = `out.${format}`;
    const run = await temper('cves', '--format', format, '--output', file, ...db, image);
    expect([run.status, run.stdout]).toEqual([0, '']);
    const text = await readFile(user.path(file), 'utf8');
    expect(text).toContain('left-pad');
    expect(format === 'packages' || format === 'markdown' ? '{' : text.trimStart().charAt(0)).toBe('{');
  });

  test('says of an option which it cannot answer', async () => {
    expect(faultOf(await temper('cves', image, '--env', 'prod')).code).toBe('scout/unsupported');
    expect(faultOf(await temper('cves', image, '--format', 'only-packages')).code).toBe('scan/unknown-output');
    const archive = await temper('cves', `archive://${user.path('docker.tar')}`, ...db, '--ref', 'none:1');
    expect(faultOf(archive).code).toBe('source/not-found');
  });
});

test('quickview, compare and sbom with the options of Docker Scout', async () => {
  const db = ['--db', 'x.db'];
  for (const name of ['quickview', 'qv']) {
    const { stdout, status } = await temper(name, image, ...db);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Target +\S+ +1C +0H +0M +1L/);
  }
  const [view] = ((await temper('quickview', image, ...db, '--json')).json() as { images: readonly object[] }).images;
  expect(view).toMatchObject({ packages: expect.any(Number) as number, all: { levels: { critical: 1, low: 1 } } });
  const compared = await temper(
    'compare',
    image,
    '--to',
    image,
    '--only-severity',
    'critical',
    '--ignore-unchanged',
    '--org',
    'x',
    ...db,
    '--json',
  );
  expect(compared.status).toBe(0);
  const list = await temper('sbom', '--format', 'list', '--only-package-type', 'npm', image);
  expect(list.stdout).toMatch(/left-pad/);
  expect(list.stdout).not.toMatch(/musl/);
  const refused = await temper('sbom', '--format', 'spdx', '--only-package-type', 'npm', image);
  expect(faultOf(refused).code).toBe('option/only-package-type');
  await temper('sbom', '--format', 'spdx', '--output', 'a.spdx.json', image);
  expect(JSON.parse(await readFile(user.path('a.spdx.json'), 'utf8'))).toMatchObject({ spdxVersion: 'SPDX-2.3' });
});
