// What umoci unpacks is what the SBOM says, what dpkg's records say, and nothing that a hardened image must not have.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/io/processes.ts';
import { installed } from './peers.ts';
import { plainLayout } from './plain-layout.ts';
import { Builder, buildable } from './real-image.ts';
import { sandboxed, type Unpacked, unpack } from './sandbox.ts';

const skip = !buildable || !sandboxed;
const root = process.getuid?.() === 0;

/** The part of an SPDX document that is compared. */
interface Spdx {
  readonly files: readonly {
    readonly fileName: string;
    readonly comment: string;
    readonly checksums: readonly { readonly algorithm: string; readonly checksumValue: string }[];
  }[];
  readonly packages: readonly {
    readonly externalRefs?: readonly { readonly referenceType: string; readonly referenceLocator: string }[];
  }[];
}

const builder = new Builder();
let folder: string;
let layout: string;
let image: Unpacked;
let sbom: Spdx;
let paths: string[];

beforeAll(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'temper-content-'));
  layout = (await builder.hostLayout()).path;
  image = await unpack(layout, join(folder, 'bundle'));
  paths = walk('');
  const get = ['attestation', 'get', `oci:${layout}`, '--predicate-type', 'spdx', '--predicate', '--verify'];
  sbom = JSON.parse((await builder.temper(get)).stdout.toString('utf8')) as Spdx;
});

afterAll(async () => {
  if (!skip) await rm(folder, { recursive: true, force: true });
});

/** All paths below a folder of the image; links are not followed. */
function walk(below: string): string[] {
  return readdirSync(join(image.root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? [path, ...walk(path)] : [path];
  });
}

const digest = (algorithm: string, content: Buffer | string): string =>
  createHash(algorithm).update(content).digest('hex');

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

/** A file as the SBOM words it: the owner only where umoci could set it. */
function found(path: string): string | undefined {
  const at = join(image.root, path);
  const stat = lstatSync(at);
  if (stat.isDirectory()) return undefined;
  const owner = root ? `, owner ${stat.uid}:${stat.gid}` : '';
  const facts = `mode ${octal(stat.mode)}${owner}, ${stat.size} bytes`;
  if (!stat.isSymbolicLink()) return `./${path} file, ${facts} ${digest('sha256', readFileSync(at))}`;
  const target = readlinkSync(at);
  return `./${path} symlink, ${facts}, to ${target} ${digest('sha256', target)}`;
}

function claimed({ fileName, comment, checksums }: Spdx['files'][number]): string {
  const sha256 = checksums.find(({ algorithm }) => algorithm === 'SHA256')?.checksumValue;
  const facts = comment.replace(/^in layer sha256:[0-9a-f]{64}(?:, made by the build step "[^"]+")?: /, '');
  return `${fileName} ${root ? facts : facts.replace(/, owner \d+:\d+/, '')} ${sha256}`;
}

/** The control files of var/lib/dpkg/status.d. */
function records(): { name: string; text: string; sums: string }[] {
  const statusFolder = join(image.root, 'var/lib/dpkg/status.d');
  const names = readdirSync(statusFolder).filter((name) => !name.endsWith('.md5sums'));
  return names.map((name) => ({
    name,
    text: readFileSync(join(statusFolder, name), 'utf8'),
    sums: readFileSync(join(statusFolder, `${name}.md5sums`), 'utf8'),
  }));
}

/** `NAME VERSION` of the Debian packages that the SBOM lists. */
function packages(): string[] {
  const purls = sbom.packages.flatMap(({ externalRefs = [] }) => externalRefs.map((ref) => ref.referenceLocator));
  const debian = purls
    .map((purl) => /^pkg:deb\/debian\/([^@]+)@([^?]+)\?/.exec(purl))
    .filter((match) => match !== null);
  return debian.map(([, name = '', version = '']) => decodeURIComponent(`${name} ${version}`)).sort();
}

describe('the unpacked image', { skip }, () => {
  test('holds the files of its SBOM and no other, with their content, modes and owners', () => {
    const there = paths.map(found).filter((line) => line !== undefined);
    expect(there.length).toBeGreaterThan(1000);
    const said = sbom.files.map(claimed);
    const [has, says] = [new Set(there), new Set(said)];
    expect(there.filter((line) => !says.has(line))).toEqual([]);
    expect(said.filter((line) => !has.has(line))).toEqual([]);
    expect(said).toHaveLength(there.length);
  });

  test("lists its packages in dpkg's status.d, with the digests of their files", () => {
    const stated = records().map(({ text }) => {
      expect(text).toMatch(/^Status: install ok installed$/m);
      return `${/^Package: (.*)$/m.exec(text)?.[1]} ${/^Version: (.*)$/m.exec(text)?.[1]}`;
    });
    expect(stated.sort()).toEqual(packages());
    expect(stated.length).toBeLessThanOrEqual(27);
    expect(stated.some((line) => line.startsWith('nodejs 20.'))).toBe(true);
    const sums = records().flatMap(({ sums: lines }) => lines.split('\n').filter((line) => line !== ''));
    expect(sums.length).toBeGreaterThan(1000);
    for (const line of sums) {
      const [sum, path = ''] = line.split('  ');
      expect([path, digest('md5', readFileSync(join(image.root, path)))]).toEqual([path, sum]);
    }
  });

  test('has no shell, no package manager, and nothing that runs with more rights', () => {
    const programs = new Set(paths.filter((path) => /(^|\/)s?bin\//.test(path)).map((path) => basename(path)));
    expect(programs).toContain('node');
    const shells = ['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'busybox', 'toybox', 'perl', 'python3', 'su', 'sudo'];
    const managers = [
      'dpkg',
      'dpkg-deb',
      'apt',
      'apt-get',
      'apt-cache',
      'npm',
      'npx',
      'corepack',
      'yarn',
      'curl',
      'wget',
    ];
    for (const name of [...shells, ...managers]) expect(programs).not.toContain(name);
    const files = paths.map((path) => ({ path, stat: lstatSync(join(image.root, path)) }));
    const special = files.filter(({ stat }) => stat.isFile() && (stat.mode & 0o6000) !== 0);
    expect(special.map(({ path }) => path)).toEqual([]);
    const writable = files.filter(({ stat }) => !stat.isSymbolicLink() && (stat.mode & 0o002) !== 0);
    expect(writable.filter(({ stat }) => (stat.mode & 0o1000) === 0).map(({ path }) => path)).toEqual([]);
    expect(files.filter(({ stat }) => !stat.isFile() && !stat.isDirectory() && !stat.isSymbolicLink())).toEqual([]);
  });
});

// Not in Debian: nothing installs these two, not even for CI. Where they are, they must see the packages.
const scanners = {
  syft: (path: string) => ['scan', `oci-dir:${path}`, '-o', 'spdx-json', '-q'],
  trivy: (path: string) => ['image', '--input', path, '--format', 'spdx-json', '--quiet', '--offline-scan'],
};
for (const [scanner, argsOf] of Object.entries(scanners)) {
  const program = installed(scanner);
  test(`${scanner} sees the packages (skipped where it is not on PATH; CI does without)`, {
    skip: skip || program === undefined,
  }, async () => {
    const args = argsOf(await plainLayout(layout, join(folder, scanner)));
    const { status, stdout } = await run(program ?? '', args, { timeout: 120_000 });
    expect(status).toBe(0);
    for (const line of packages()) {
      const [package_ = '', version = ''] = line.split(' ');
      expect(stdout.toString('utf8')).toContain(
        `pkg:deb/debian/${encodeURIComponent(package_)}@${encodeURIComponent(version)}`,
      );
    }
  });
}
