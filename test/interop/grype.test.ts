// Grype on the same records: it finds what Temper finds, and what `temper vex export` writes removes what it names alone.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/io/processes.ts';
import { User } from '../e2e/temper.ts';
import { zipOf } from '../fakes/zip.ts';
import { installed } from './peers.ts';

const [grype = '', database = ''] = [installed('grype'), installed('grype-db')];
const missing = grype === '' || database === '';

const deb = (name: string, version: string, upstream = '') =>
  `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-12${upstream === '' ? '' : `&upstream=${upstream}`}`;

const libssl = deb('libssl3', '3.0.1-1', 'openssl');
const openssl = deb('openssl', '3.0.1-1');
const zlib = deb('zlib1g', '1:1.2.13', 'zlib');
const lodash = 'pkg:npm/lodash@4.17.20';
const requests = 'pkg:pypi/requests@2.30.0';

const tracker = {
  openssl: {
    'CVE-2026-0001': { releases: { bookworm: fixed('3.0.2-1') } },
    'CVE-2026-0002': { releases: { bookworm: fixed('3.0.3-1') } },
    'CVE-2026-0003': { releases: { bookworm: fixed('3.0.1-1') } },
  },
  zlib: { 'CVE-2026-0001': { releases: { bookworm: fixed('1:1.2.14') } } },
};

function fixed(version: string): object {
  return { status: 'resolved', fixed_version: version, urgency: 'medium', repositories: { bookworm: '1' } };
}

const records = {
  npm: record('GHSA-aaaa-bbbb-cccc', ['CVE-2026-0004'], 'npm', 'lodash', '4.17.21'),
  PyPI: record('PYSEC-2026-1', ['CVE-2026-0005'], 'PyPI', 'requests', '2.31.0'),
};

function record(id: string, aliases: string[], ecosystem: string, name: string, version: string): object {
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: version }] }];
  return { id, aliases, modified: '2026-01-01T00:00:00Z', affected: [{ package: { ecosystem, name }, ranges }] };
}

const everything = [
  `CVE-2026-0001 ${libssl}`,
  `CVE-2026-0001 ${openssl}`,
  `CVE-2026-0001 ${zlib}`,
  `CVE-2026-0002 ${libssl}`,
  `CVE-2026-0002 ${openssl}`,
  `GHSA-aaaa-bbbb-cccc ${lodash}`,
  `PYSEC-2026-1 ${requests}`,
];

describe.skipIf(missing)('Grype on equal data (needs grype and grype-db, which are built from their sources)', () => {
  let user: User;
  const sbom = (): string => `sbom:${user.path('app.cdx.json')}`;

  beforeAll(async () => {
    user = await User.create();
    await mkdir(user.path('tracker'));
    await writeFile(user.path('tracker/json'), JSON.stringify(tracker));
    for (const [ecosystem, one] of Object.entries(records)) {
      await mkdir(user.path(`osv/${ecosystem}`), { recursive: true });
      const archive = zipOf([{ name: `${(one as { id: string }).id}.json`, content: JSON.stringify(one) }]);
      await writeFile(user.path(`osv/${ecosystem}/all.zip`), archive);
    }
    await writeFile(user.path('app.cdx.json'), document([libssl, openssl, zlib, lodash, requests]));
    const feeds = ['--from', `debian-tracker:${user.path('tracker')}`, '--from', `osv:${user.path('osv')}`];
    await must(['db', 'build', ...feeds, '--output', user.path('x.db')]);
    await must(['db', 'export', '--db', user.path('x.db'), '--output', user.path('debian.jsonl')]);
    const args = [user.path('grype'), '-osv', user.path('osv'), '-debian', user.path('debian.jsonl')];
    const { status, stderr } = await run(database, args, { timeout: 120_000 });
    if (status !== 0) throw new Error(`grype-db: ${stderr}`);
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
  });

  async function must(args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await user.temper(args);
    if (status !== 0) throw new Error(`temper ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  async function byTemper(...more: string[]): Promise<string[]> {
    const text = await must(['scan', sbom(), '--db', user.path('x.db'), '--offline', '--json', ...more]);
    const { findings } = JSON.parse(text) as {
      findings: { package: { purl: string }; evidence: { advisory: string }[] }[];
    };
    const lines = findings.flatMap((one) =>
      one.evidence.map(({ advisory }) => `${advisory} ${decoded(one.package.purl)}`),
    );
    return [...new Set(lines)].sort();
  }

  async function byGrype(...more: string[]): Promise<string[]> {
    const output = user.path('grype.json');
    const env = {
      HOME: user.folder,
      GRYPE_DB_CACHE_DIR: user.path('grype'),
      GRYPE_DB_AUTO_UPDATE: 'false',
      GRYPE_DB_VALIDATE_AGE: 'false',
      GRYPE_CHECK_FOR_APP_UPDATE: 'false',
    };
    const args = ['-q', sbom(), '-o', 'json', '--file', output, ...more];
    const { status, stderr } = await run(grype, args, { env, timeout: 120_000 });
    if (status !== 0) throw new Error(`grype ${args.join(' ')}: ${stderr}`);
    const { matches } = JSON.parse(await readFile(output, 'utf8')) as {
      matches: { vulnerability: { id: string }; artifact: { purl: string } }[];
    };
    return matches.map(({ vulnerability, artifact }) => `${vulnerability.id} ${decoded(artifact.purl)}`).sort();
  }

  async function add(vulnerability: string, products: readonly string[], ...more: string[]): Promise<void> {
    const named = products.flatMap((product) => ['--product', product]);
    const args = ['vex', 'add', user.path('app.vex.json'), '--vulnerability', vulnerability, '--author', 'Test'];
    await must([...args, ...named, ...more]);
  }

  test('finds what Temper finds', async () => {
    expect(await byTemper()).toEqual(everything);
    expect(await byGrype()).toEqual(everything);
  });

  test('leaves out what our export names, and nothing else', async () => {
    const not = ['--status', 'not_affected', '--justification', 'vulnerable_code_not_present'];
    await add('CVE-2026-0001', ['pkg:deb/debian/openssl'], ...not);
    await add('CVE-2026-0002', ['pkg:deb/debian/libssl3@3.0.1-1'], '--status', 'fixed');
    await add('CVE-2026-0001', ['pkg:deb/debian/zlib1g'], '--status', 'under_investigation');
    await add('CVE-2026-0004', [lodash], '--alias', 'GHSA-aaaa-bbbb-cccc', ...not);
    await add('CVE-2026-0005', [requests], '--alias', 'PYSEC-2026-1', '--status', 'affected', '--action', 'Update it.');
    const left = everything.filter(
      (line) => ![`CVE-2026-0001 ${libssl}`, `CVE-2026-0001 ${openssl}`, `CVE-2026-0002 ${libssl}`].includes(line),
    );
    const withoutNpm = left.filter((line) => !line.startsWith('GHSA-'));
    expect(await byTemper('--vex', user.path('app.vex.json'))).toEqual(withoutNpm);
    for (const format of ['openvex', 'csaf']) {
      const output = user.path(`exported.${format}`);
      await must([
        'vex',
        'export',
        user.path('app.vex.json'),
        '--image',
        sbom(),
        '--format',
        format,
        '--output',
        output,
      ]);
      // It takes CVE ids alone from CSAF.
      expect(await byGrype('--vex', output), `exported as ${format}`).toEqual(format === 'csaf' ? left : withoutNpm);
    }
  });
});

function document(purls: readonly string[]): string {
  const components = purls.map((purl) => {
    const [, path = '', version = ''] = /^pkg:[^/]+\/([^@]+)@([^?]+)/.exec(purl) ?? [];
    return { type: 'library', 'bom-ref': purl, name: path.replace('debian/', ''), version, purl };
  });
  const system = { type: 'operating-system', 'bom-ref': 'os', name: 'debian', version: '12' };
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    components: [system, ...components],
  });
}

function decoded(purl: string): string {
  return decodeURIComponent(purl);
}
