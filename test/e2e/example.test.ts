// The example of the README, built from the Debian archive that this machine's apt uses.
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostMirror, readHostSources } from '../../src/archive/host.ts';
import { pinnedKeys } from '../../src/archive/keys.ts';
import { type BuiltContent, contentOf } from './image-content.ts';
import { LayoutFiles } from './layout-files.ts';
import { root, type Run, User } from './temper.ts';

const sources = await readHostSources();
const hasMirror = (['debian:', 'debian-security:'] as const).every(
  (symbol) => hostMirror(symbol, sources) !== undefined,
);

interface Report {
  readonly digest: string;
  readonly unchanged: boolean;
  readonly peakMemory: number;
  readonly platforms: readonly {
    readonly platform: string;
    readonly packages: number;
    readonly size: number;
    readonly unexplainedFiles: number;
    readonly linkage: { readonly resolved: number };
  }[];
}

describe('examples/node.yaml (needs a Debian mirror among the sources of apt)', { skip: !hasMirror }, () => {
  let user: User;
  let layout: LayoutFiles;
  let first: Run;
  let report: Report;
  const contents = new Map<string, BuiltContent>();

  beforeAll(async () => {
    user = await User.create();
    await cp(join(root, 'examples', 'node.yaml'), user.path('node.yaml'));
    layout = new LayoutFiles(user.path('node.oci'));
    first = await build(layout);
    report = first.json() as Report;
    for (const { platform } of report.platforms) contents.set(platform, await contentOf(layout, platform));
  });

  afterAll(async () => {
    await user[Symbol.asyncDispose]();
  });

  const build = async (to: LayoutFiles, options: Parameters<User['temper']>[1] = {}): Promise<Run> =>
    await user.temper(['build', 'node.yaml', '--json', '--output', to.reference], { timeout: 400_000, ...options });

  test('is built, small, and every file of it is explained', () => {
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.json()).toMatchObject({ verification: { answer: 'yes', against: [] }, unchanged: false });
    expect(report.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    for (const platform of report.platforms) {
      expect(platform.packages).toBeLessThanOrEqual(27);
      expect(platform.size).toBeLessThanOrEqual(46_000_000);
      expect(platform.unexplainedFiles).toBe(0);
      expect(platform.linkage.resolved).toBeGreaterThan(100);
    }
    expect(report.peakMemory).toBeLessThan(400_000_000);
  });

  test('comes from states of the archive that the pinned keys signed', async () => {
    const lock = JSON.parse(await readFile(user.path('node.lock.json'), 'utf8')) as {
      repositories: { suite: string; signers: string[] }[];
    };
    expect(lock.repositories.map(({ suite }) => suite)).toEqual(['trixie', 'trixie-updates', 'trixie-security']);
    const pinned: readonly string[] = Object.values(pinnedKeys);
    for (const { signers } of lock.repositories) {
      expect(signers).not.toEqual([]);
      for (const signer of signers) expect(pinned).toContain(signer.toUpperCase());
    }
  });

  test('verifies by the policy that build wrote, and by the key', async () => {
    for (const trust of [[], ['--key', user.publicKey]]) {
      const run = await user.temper(['verify', layout.reference, '--json', ...trust]);
      expect(run).toMatchObject({ status: 0, stderr: '' });
    }
  });

  test.each(['linux/amd64', 'linux/arm64'])(
    'runs without root, shell, package manager and setuid on %s',
    (platform) => {
      const { config, files } = contents.get(platform) ?? { config: { config: {} }, files: new Map<string, never>() };
      expect(config.config).toMatchObject({ User: '65532:65532', Entrypoint: ['/usr/bin/node'] });
      const items = [...(contents.get(platform)?.files.values() ?? [])];
      expect(items.filter(({ entry }) => entry.kind === 'file' && (entry.mode & 0o6000) !== 0)).toEqual([]);
      const programs = items.map(({ entry }) => entry.path).filter((path) => /^(usr\/)?s?bin\//.test(path));
      expect(programs).toContain('usr/bin/node');
      expect(programs.filter((path) => /\/(ba|da|z|k|c|a)?sh$|\/(apt|dpkg|busybox|perl|python)/.test(path))).toEqual(
        [],
      );
      expect(files.get('usr/bin/node')?.entry).toMatchObject({ kind: 'file', mode: 0o755, uid: 0 });
      const listed = [...files.keys()].filter((path) => /^var\/lib\/dpkg\/status\.d\/[^/]+(?<!\.md5sums)$/.test(path));
      expect(listed).toContain('var/lib/dpkg/status.d/nodejs');
      expect(listed).toHaveLength(report.platforms.find((one) => one.platform === platform)?.packages ?? -1);
    },
  );

  test('built again is unchanged, also when the network may not be used', async () => {
    const again = await user.temper(['build', 'node.yaml', '--json', '--offline', '--output', layout.reference]);
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(again.json()).toMatchObject({ unchanged: true, digest: report.digest });
  });

  test('gives the same digest from another cache under another umask, time zone and locale', async () => {
    // Only what was fetched is taken along: the second build spares the mirror.
    const cache = user.path('elsewhere');
    await mkdir(join(cache, 'temper'), { recursive: true });
    await cp(user.path('cache', 'temper', 'packages'), join(cache, 'temper', 'packages'), { recursive: true });
    const run = await build(new LayoutFiles(user.path('again.oci')), {
      env: { XDG_CACHE_HOME: cache, TZ: 'Australia/Eucla', LC_ALL: 'tr_TR.UTF-8' },
      under: ['sh', '-c', 'umask 0002; exec "$0" "$@"'],
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.json()).toMatchObject({ unchanged: false, digest: report.digest });
  });
});
