// Two roots of the same packages, of a release alone and with its updates, and what Debian's own tools say that lies between.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHostSources } from '../../src/archive/host.ts';
import { Mirrors } from '../../src/archive/mirrors.ts';
import { run } from '../../src/io/processes.ts';

/** The release before the newest: it gets no point releases any more, which would take up what its security archive has beyond it. */
export const release = 'bookworm';
/** As advisories name it. */
export const ecosystem = 'Debian:12';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const script = fileURLToPath(new URL('changelog-cves.sh', import.meta.url));

/** Packages with libraries and servers of many kinds: those that get updates under the same name. */
const PACKAGES =
  '7zip,antiword,apache2-bin,bind9-host,brotli,ca-certificates,haproxy,jq,libarchive13,libcjose0,libdatetime-timezone-perl,' +
  'libdbi-perl,libde265-0,libevent-2.1-7,libexpat1,libgd3,libgit2-1.5,libgpgme11,libio-compress-perl,libjbig2dec0,libmodbus5,' +
  'libnet-dns-perl,libnfs13,libnss3,libpcre2-8-0,libpng16-16,librabbitmq4,libraw20,libsmpp34-1,libssh-4,libssh2-1,libwolfssl35,' +
  'libxencall1,libxfont2,libyaml-syck-perl,memcached,nginx,node-shell-quote,ntfs-3g,openssl,parted,python3-dnspython,' +
  'python3-git,python3-httplib2,python3-pyasn1,redis-tools,rsync,ruby-rack,sslh,tzdata,unzip,xdg-dbus-proxy,xz-utils,zip';

export interface InstalledSource {
  readonly source: string;
  readonly version: string;
  /** A binary package of it, without its architecture. */
  readonly package: string;
}

/** @returns sources of the release alone, and those with its updates, in apt's form */
export async function rootSources(): Promise<{ readonly older: string[]; readonly newer: string[] }> {
  const mirrors = new Mirrors({ environment: process.env, host: async () => await readHostSources() });
  const line = (address: string, suite: string) => `deb [signed-by=${KEYRING}] ${address} ${suite} main`;
  const main = await mirrors.address('debian:');
  const security = await mirrors.address('debian-security:');
  const older = [line(main, release)];
  return { older, newer: [...older, line(main, `${release}-updates`), line(security, `${release}-security`)] };
}

/** Makes a root by mmdebstrap; of it its documentation and dpkg's database are unpacked. @returns its folder, and beside it its `.tar` */
export async function makeRoot(folder: string, sources: readonly string[]): Promise<string> {
  const tar = `${folder}.tar`;
  await mkdir(folder, { recursive: true });
  const options = ['man', 'locale', 'info'].map((part) => `--dpkgopt=path-exclude=/usr/share/${part}/*`);
  const args = ['--quiet', '--variant=minbase', `--include=${PACKAGES}`, ...options, release, tar, ...sources];
  await succeed('mmdebstrap', args);
  await succeed('tar', ['-xf', tar, '-C', folder, '--no-same-owner', './var/lib/dpkg', './usr/share/doc']);
  return folder;
}

export async function removeRoot(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}.tar`, { force: true });
}

/** What dpkg says is installed, each source package with one of its binary packages per line. */
export async function installedSources(root: string): Promise<InstalledSource[]> {
  const format = '${source:Package} ${source:Version} ${Package}\n';
  const text = await succeed('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, '-W', '-f', format]);
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [source = '', version = '', name = ''] = line.split(' ');
      return { source, version, package: name };
    });
}

export interface ExpectedCves {
  /** Source packages that are newer in the second root. */
  readonly differing: readonly { readonly source: string; readonly older: string; readonly newer: string }[];
  /** `SOURCE CVE`, as plainly written. */
  readonly plain: ReadonlySet<string>;
  /** Those that the changelogs write in another way. */
  readonly other: ReadonlySet<string>;
  /** Differing sources whose changelog is nowhere in the second root. */
  readonly without: readonly string[];
}

/** What the changelogs of the second root name beyond the first root's versions, as dpkg-parsechangelog reads them. */
export async function expectedCves(
  older: readonly InstalledSource[],
  newer: readonly InstalledSource[],
  newerRoot: string,
): Promise<ExpectedCves> {
  const before = new Map(older.map((item) => [item.source, item.version]));
  const changelogs = new Map<string, string>();
  for (const item of newer) {
    const found = changelogOf(newerRoot, item.package);
    if (found !== undefined && !changelogs.has(item.source)) changelogs.set(item.source, found);
  }
  const versions = [...new Map(newer.map((item) => [item.source, item.version]))];
  const differing = versions.flatMap(([source, version]) => {
    const had = before.get(source);
    return had === undefined || had === version ? [] : [{ source, older: had, newer: version }];
  });
  const lines = differing.flatMap(({ source, older: had }) => {
    const changelog = changelogs.get(source);
    return changelog === undefined ? [] : `${source} ${had} ${changelog}\n`;
  });
  const said = (await succeed(script, [], lines.join(''))).split('\n').filter((line) => line !== '');
  return {
    differing,
    plain: new Set(said.filter((line) => !line.endsWith(' other'))),
    other: new Set(said.filter((line) => line.endsWith(' other')).map((line) => line.slice(0, -' other'.length))),
    without: differing.flatMap(({ source }) => (changelogs.has(source) ? [] : source)),
  };
}

function changelogOf(root: string, name: string): string | undefined {
  return ['changelog.Debian.gz', 'changelog.gz']
    .map((file) => join(root, 'usr/share/doc', name, file))
    .find((path) => existsSync(path));
}

async function succeed(program: string, args: readonly string[], input = ''): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, { input, timeout: 1_200_000 });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout.toString('utf8');
}
