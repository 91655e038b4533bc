// Programs and libraries that people copy into images without a package, and what in their bytes tells the version.

import { after, alone, type Mark, THREE } from './mark.ts';

export interface KnownProgram {
  /** The purl's name, after a namespace where it has one. */
  readonly name: string;
  /** Base names without `.exe`, without a version at their end: `python` for `python3.11`, `libssl` for `libssl.so.3`. */
  readonly files: readonly string[];
  /** The first that hits counts. */
  readonly marks: readonly Mark[];
  /** With `VERSION` in the version's place; of a vendor and product in the NVD's dictionary. */
  readonly cpe?: string;
}

function cpe(vendor: string, product: string): string {
  return `cpe:2.3:a:${vendor}:${product}:VERSION:*:*:*:*:*:*:*`;
}

export const knownPrograms: readonly KnownProgram[] = [
  {
    name: 'node',
    files: ['node', 'nodejs', 'libnode'],
    marks: [after('node.js/v'), after('/download/release/v')],
    cpe: cpe('nodejs', 'node.js'),
  },
  {
    name: 'python',
    files: ['python', 'libpython'],
    marks: [
      { literal: '\0MINOR.', pattern: /\0(MINOR\.\d{1,3}(?:(?:a|b|rc)\d+)?\+?)\0/ },
      alone('\x003.', String.raw`3\.\d{1,2}\.\d{1,2}(?:(?:a|b|rc)\d+)?\+?`),
    ],
    cpe: cpe('python', 'python'),
  },
  { name: 'pypy', files: ['libpypy-c', 'libpypy'], marks: [after('[PyPy ')], cpe: cpe('pypy', 'pypy') },
  {
    name: 'openssl',
    files: ['openssl', 'libcrypto', 'libssl'],
    marks: [
      after(
        'OpenSSL ',
        String.raw`\d\.\d{1,2}\.\d{1,2}(?:[a-z]{1,2}|-(?:alpha|beta|pre|rc)\d+)?`,
        String.raw`(?:-fips| FIPS)? {1,2}\d{1,2} [A-Z][a-z]{2} \d{4}`,
      ),
    ],
    cpe: cpe('openssl', 'openssl'),
  },
  {
    name: 'nginx',
    files: ['nginx', 'nginx-debug'],
    marks: [
      {
        literal: 'nginx version: ',
        pattern: new RegExp(String.raw`nginx version: [^/\0]{1,40}/(${THREE}(?:\+\d+)?(?:-\d+)?)`),
      },
    ],
    cpe: cpe('f5', 'nginx'),
  },
  {
    name: 'redis',
    files: ['redis-server', 'redis-check-rdb', 'redis-check-aof', 'redis-sentinel'],
    marks: [
      { literal: 'buildkitsandbox-', pattern: new RegExp(`(?<!\\d)(${THREE})buildkitsandbox-`) },
      ...['c11-builtin', 'atomic-builtin', 'sync-builtin'].map((api) => ({
        literal: `\0${api}\0`,
        pattern: new RegExp(`\\0(${THREE})\\0${api}\\0`),
      })),
      after('Redis version '),
    ],
    cpe: cpe('redis', 'redis'),
  },
  {
    name: 'valkey',
    files: ['valkey-server', 'valkey-check-rdb', 'valkey-check-aof', 'valkey-sentinel'],
    marks: [
      { literal: 'buildkitsandbox-', pattern: new RegExp(`(?<!\\d)(${THREE})buildkitsandbox-`) },
      { literal: '\0c11-builtin\0', pattern: new RegExp(`\\0(${THREE})\\0c11-builtin\\0`) },
    ],
    cpe: cpe('linuxfoundation', 'valkey'),
  },
  { name: 'memcached', files: ['memcached'], marks: [after('memcached ')], cpe: cpe('memcached', 'memcached') },
  {
    name: 'postgresql',
    files: ['postgres'],
    marks: [
      after(
        '\0PostgreSQL ',
        String.raw`\d{1,2}(?:\.\d{1,2}){1,2}|\d{2}(?:alpha|beta|rc)\d`,
        String.raw`(?: \(| on |\0)`,
      ),
    ],
    cpe: cpe('postgresql', 'postgresql'),
  },
  {
    name: 'mariadb',
    files: ['mariadbd', 'mariadb', 'mysqld', 'mysql'],
    marks: [{ literal: '-MariaDB', pattern: new RegExp(`(?<![\\d.])(${THREE})-MariaDB`) }],
    cpe: cpe('mariadb', 'mariadb'),
  },
  {
    name: 'percona-server',
    files: ['mysqld', 'mysql'],
    marks: [after('/percona-server-')],
    cpe: cpe('percona', 'percona_server'),
  },
  {
    name: 'percona-xtradb-cluster',
    files: ['mysqld', 'mysql'],
    marks: [after('/Percona-XtraDB-Cluster-')],
    cpe: cpe('percona', 'xtradb_cluster'),
  },
  {
    name: 'percona-xtrabackup',
    files: ['xtrabackup'],
    marks: [after('/percona-xtrabackup-')],
    cpe: cpe('percona', 'xtrabackup'),
  },
  { name: 'mysql', files: ['mysqld', 'mysql'], marks: [after('/mysql-')], cpe: cpe('oracle', 'mysql') },
  {
    name: 'php',
    files: ['php', 'php-cgi', 'php-fpm', 'phpdbg', 'libphp'],
    marks: [after('X-Powered-By: PHP/', String.raw`${THREE}(?:(?:alpha|beta|RC)\d+)?`)],
    cpe: cpe('php', 'php'),
  },
  {
    name: 'ruby',
    files: ['ruby', 'libruby'],
    marks: [after('ruby ', String.raw`${THREE}(?:preview\d|rc\d|dev)?`, String.raw`(?:p-?\d+)? \(`)],
    cpe: cpe('ruby-lang', 'ruby'),
  },
  {
    name: 'perl',
    files: ['perl', 'libperl'],
    marks: [after('PERL_INTERNAL_RAND_SEED\0v'), after('/lib/perl5/'), after('/share/perl/')],
    cpe: cpe('perl', 'perl'),
  },
  { name: 'busybox', files: ['busybox'], marks: [after('BusyBox v')], cpe: cpe('busybox', 'busybox') },
  {
    name: 'go',
    files: ['go'],
    marks: [
      {
        literal: ' Go buildinf:',
        pattern: /Go buildinf:[^]{16,19}go(\d{1,2}\.\d{1,3}(?:\.\d{1,3})?(?:(?:rc|beta)\d+)?)/,
      },
    ],
    cpe: cpe('golang', 'go'),
  },
  {
    name: 'rust',
    files: ['libstd', 'librustc_driver'],
    marks: [after('rustc version ')],
    cpe: cpe('rust-lang', 'rust'),
  },
  { name: 'bash', files: ['bash'], marks: [after('@(#)Bash version ')], cpe: cpe('gnu', 'bash') },
  { name: 'curl', files: ['curl'], marks: [after('\0curl/'), after('curl/')], cpe: cpe('haxx', 'curl') },
  {
    name: 'libcurl',
    files: ['libcurl', 'libcurl-gnutls', 'libcurl-nss'],
    marks: [after('libcurl/'), after('libcurl ')],
    cpe: cpe('haxx', 'libcurl'),
  },
  {
    name: 'wget',
    files: ['wget'],
    marks: [after('/wget-', String.raw`\d\.\d{1,3}(?:\.\d{1,3})?`)],
    cpe: cpe('gnu', 'wget'),
  },
  {
    name: 'haproxy',
    files: ['haproxy'],
    marks: [
      {
        literal: ', released 20',
        pattern: /version (\d\.\d{1,2}(?:\.\d{1,3}|-dev\d+|-rc\d+))[^,\0]{0,40}, released 20/,
      },
      after('HA-Proxy version ', String.raw`\d\.\d{1,2}(?:\.|-dev)\d+`),
    ],
    cpe: cpe('haproxy', 'haproxy'),
  },
  { name: 'httpd', files: ['httpd', 'apache2'], marks: [after('Apache/')], cpe: cpe('apache', 'http_server') },
  { name: 'lighttpd', files: ['lighttpd'], marks: [after('lighttpd/')], cpe: cpe('lighttpd', 'lighttpd') },
  {
    name: 'varnish',
    files: ['varnishd'],
    marks: [after('varnish-', THREE, ' revision')],
    cpe: cpe('varnish-software', 'varnish_cache'),
  },
  {
    name: 'proftpd',
    files: ['proftpd'],
    marks: [after('ProFTPD Version ', String.raw`${THREE}[a-z]?`)],
    cpe: cpe('proftpd', 'proftpd'),
  },
  {
    name: 'erlang',
    files: ['erlexec', 'beam.smp', 'beam'],
    marks: ['/otp_src_', '/otp-', '/erlang-'].map((literal) =>
      after(literal, String.raw`\d{2}(?:\.\d{1,2}){1,3}(?:-rc\d)?`, String.raw`[^/\0]{0,20}/erts/`),
    ),
    cpe: String.raw`cpe:2.3:a:erlang:erlang\/otp:VERSION:*:*:*:*:*:*:*`,
  },
  { name: 'haskell/ghc', files: ['ghc', 'ghc-pkg', 'ghci'], marks: [after('\0GHC ')], cpe: cpe('haskell', 'ghc') },
  {
    name: 'haskell/cabal',
    files: ['cabal'],
    marks: [after('\0Cabal-', String.raw`${THREE}(?:\.\d+)?`)],
    cpe: cpe('haskell', 'cabal'),
  },
  { name: 'haskell/stack', files: ['stack'], marks: [after('Version ', THREE, ', Git')], cpe: cpe('haskell', 'stack') },
  {
    name: 'julia',
    files: ['libjulia-internal'],
    marks: [{ literal: '\0verify', pattern: new RegExp(`\\0(${THREE})\\0verify`) }],
    cpe: cpe('julialang', 'julia'),
  },
  {
    name: 'dart',
    files: ['dart'],
    marks: [{ literal: ' (stable) (', pattern: new RegExp(`(?<![\\d.])(${THREE}) \\(stable\\) \\(`) }],
    cpe: cpe('dart', 'dart_software_development_kit'),
  },
  {
    name: 'swipl',
    files: ['swipl', 'libswipl'],
    marks: [after('swipl-', THREE, '/')],
    cpe: cpe('swi-prolog', 'swi-prolog'),
  },
  {
    name: 'arangodb',
    files: ['arangosh', 'arangod'],
    marks: [{ literal: ' [linux]', pattern: new RegExp(String.raw`(?<![\d.])(${THREE}(?:-\d+)?) \[linux\]`) }],
    cpe: cpe('arangodb', 'arangodb'),
  },
  {
    name: 'fluent-bit',
    files: ['fluent-bit'],
    marks: [
      after('Fluent Bit v'),
      { literal: 'Fluent Bit', pattern: new RegExp(`\\0(${THREE})\\0{1,4}[^]{0,8}Fluent`) },
    ],
    cpe: cpe('treasuredata', 'fluent_bit'),
  },
  {
    name: 'sqlite',
    files: ['sqlite', 'libsqlite'],
    marks: [alone('\x003.', String.raw`3\.\d{1,2}\.\d{1,2}`)],
    cpe: cpe('sqlite', 'sqlite'),
  },
  { name: 'sqlcipher', files: ['sqlcipher'], marks: [after('SQLCipher ')], cpe: cpe('zetetic', 'sqlcipher') },
  {
    name: 'zlib',
    files: ['libz'],
    marks: [after(' deflate ', String.raw`\d\.\d{1,2}(?:\.\d{1,2}){0,2}`, ' Copyright')],
    cpe: cpe('zlib', 'zlib'),
  },
  {
    name: 'xz',
    files: ['xz'],
    marks: [after('xz (XZ Utils) ', String.raw`${THREE}(?:alpha|beta)?`)],
    cpe: cpe('tukaani', 'xz'),
  },
  {
    name: 'xz',
    files: ['liblzma'],
    marks: [alone('\x005.', String.raw`5\.\d{1,2}\.\d{1,2}(?:alpha|beta)?`)],
    cpe: cpe('tukaani', 'xz'),
  },
  {
    name: 'zstd',
    files: ['zstd', 'libzstd'],
    marks: [alone('\0v1.', String.raw`1\.\d{1,2}\.\d{1,2}`), alone('\x001.', String.raw`1\.\d{1,2}\.\d{1,2}`)],
    cpe: cpe('facebook', 'zstandard'),
  },
  { name: 'gzip', files: ['gzip'], marks: [alone('\x001.', String.raw`1\.\d{1,2}`)], cpe: cpe('gnu', 'gzip') },
  {
    name: 'jq',
    files: ['jq'],
    marks: [alone('\x001.', String.raw`1\.\d{1,2}(?:\.\d{1,2})?`), after('jq-', String.raw`1\.\d{1,2}(?:\.\d{1,2})?`)],
    cpe: cpe('jqlang', 'jq'),
  },
  {
    name: 'util-linux',
    files: ['getopt', 'mount', 'lsblk'],
    marks: [after('util-linux ', String.raw`\d\.\d{1,2}(?:\.\d{1,2})?`)],
    cpe: cpe('kernel', 'util-linux'),
  },
  { name: 'gnutls', files: ['libgnutls'], marks: [after('Enabled GnuTLS ')], cpe: cpe('gnu', 'gnutls') },
  {
    name: 'qtbase',
    files: ['libQtCore', 'libQt5Core', 'libQt6Core'],
    marks: [after('\0Qt ', THREE, String.raw` \(`), after('QtCore library version ')],
    cpe: cpe('qt', 'qtbase'),
  },
  { name: 'gcc', files: ['gcc'], marks: [after('GCC: (GNU) ')], cpe: cpe('gnu', 'gcc') },
  {
    name: 'chrome',
    files: ['chrome'],
    marks: [{ literal: '\0Default', pattern: /\0(\d{2,3}\.\d{1,2}\.\d{1,5}\.\d{1,4})\0Default/ }],
    cpe: cpe('google', 'chrome'),
  },
  {
    name: 'ffmpeg',
    files: ['ffmpeg', 'ffprobe', 'libavcodec', 'libavformat', 'libavutil'],
    marks: [
      after('FFmpeg version ', String.raw`\d{1,2}\.\d{1,2}(?:\.\d{1,2})?`),
      after('%s version ', String.raw`\d{1,2}\.\d{1,2}(?:\.\d{1,2})?`),
    ],
    cpe: cpe('ffmpeg', 'ffmpeg'),
  },
];
