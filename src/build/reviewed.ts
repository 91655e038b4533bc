// Maintainer scripts that were read, keyed by their SHA-256, and what they come to in an image that starts empty.
import type { Effect, ReviewedScript } from './effects.ts';

const UTMP = 43;
const MAIL = 8;

const baseFiles: readonly Effect[] = [
  { type: 'symlink', path: '/etc/dpkg/origins/default', target: 'debian' },
  { type: 'copy', from: '/usr/share/base-files/dot.profile', to: '/root/.profile' },
  { type: 'copy', from: '/usr/share/base-files/dot.bashrc', to: '/root/.bashrc' },
  { type: 'copy', from: '/usr/share/base-files/profile', to: '/etc/profile' },
  { type: 'copy', from: '/usr/share/base-files/motd', to: '/etc/motd' },
  ...['/mnt', '/srv', '/opt', '/etc/opt', '/var/opt', '/media'].map((path): Effect => ({ type: 'directory', path })),
  { type: 'directory', path: '/var/mail', mode: 0o2775, gid: MAIL },
  { type: 'symlink', path: '/var/spool/mail', target: '../mail' },
  { type: 'directory', path: '/run/lock', mode: 0o1777 },
  { type: 'symlink', path: '/var/run', target: '/run' },
  { type: 'symlink', path: '/var/lock', target: '/run/lock' },
  ...['', '/share', '/share/man', '/bin', '/games', '/lib', '/libexec', '/include', '/sbin', '/src', '/etc'].map(
    (path): Effect => ({ type: 'directory', path: `/usr/local${path}` }),
  ),
  { type: 'symlink', path: '/usr/local/man', target: 'share/man' },
  { type: 'file', path: '/var/log/wtmp', content: '', mode: 0o664, gid: UTMP },
  { type: 'file', path: '/var/log/btmp', content: '', mode: 0o660, gid: UTMP },
  { type: 'file', path: '/var/log/lastlog', content: '', mode: 0o664, gid: UTMP },
];

const hosts =
  '127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost ip6-loopback\nff02::1\t\tip6-allnodes\nff02::2\t\tip6-allrouters\n\n';
const networks = 'default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n\n';

const debconfOnly = 'asks the administrator through debconf; the defaults hold';
const checksOnly =
  'checks an existing system before an upgrade, and diverts for usr-merge: nothing in an image laid out merged from the start';

export const reviewedScripts: readonly ReviewedScript[] = [
  {
    sha256: 'e593a5b0e3be354a3c0c0c0b5905de242da960e50bc0bb6d8f128247f125088a',
    package: 'base-files',
    script: 'preinst',
    because: checksOnly,
    effects: [],
  },
  {
    sha256: 'c6619854af6ee14357e5d81a56f6424a23909170251de2380b1f7caeb1cf2fb7',
    package: 'base-files',
    script: 'preinst',
    because: checksOnly,
    effects: [],
  },
  {
    sha256: 'c3afcbe1aa12e56b62955e75bbf432f21446c4901e66f19468f68351791b08be',
    package: 'base-files',
    script: 'postinst',
    because: 'default files, directories and links of a first installation (amd64)',
    effects: baseFiles,
  },
  {
    sha256: '40d3b9308c8e180dbb0d8cdf3a2bb4d795b37815807a864e474e84bbc56a2660',
    package: 'base-files',
    script: 'postinst',
    because: 'default files, directories and links of a first installation (arm64)',
    effects: baseFiles,
  },
  {
    sha256: '6d34a25b8f7e6ff679a768db581ae5e436faee193aece201c6a4501e36b2ec37',
    package: 'ca-certificates',
    script: 'config',
    because: debconfOnly,
    effects: [],
  },
  {
    sha256: 'bbad2df5d3c5e3d787789275830bc5b597fe6e9218a99516947a079dcae9e262',
    package: 'ca-certificates',
    script: 'postinst',
    because: 'selects all shipped certificates and runs update-ca-certificates',
    effects: [
      { type: 'directory', path: '/usr/local/share/ca-certificates' },
      { type: 'ca-certificates', folder: '/usr/share/ca-certificates' },
    ],
  },
  {
    sha256: '964a417b9c330f80213fe8aebb1f44eaea307203962aecb0de493742583bb454',
    package: 'libc6',
    script: 'preinst',
    because: checksOnly,
    effects: [],
  },
  {
    sha256: '47f047126448416b1f94d48a9bb9c26d39b7806c3a1aedbd3f24ccbc64b45eb6',
    package: 'libc6',
    script: 'preinst',
    because: checksOnly,
    effects: [],
  },
  {
    sha256: 'ff2a3a7a0e74ceac331ca5ad22e7ef57c974a7b891a9b1e7f3def4377ec6f1b5',
    package: 'libc6',
    script: 'postinst',
    because: 'restarts services after an upgrade and sends triggers: no services, no upgrade',
    effects: [],
  },
  {
    sha256: 'f1f034ca93a9e934b934239acb18d12904d1a20c5b5dd74730af30dbd480585c',
    package: 'netbase',
    script: 'postinst',
    because: 'first /etc/hosts and /etc/networks',
    effects: [
      { type: 'file', path: '/etc/hosts', content: hosts },
      { type: 'file', path: '/etc/networks', content: networks },
    ],
  },
  ...(['preinst', 'postinst'] as const).map((script) => ({
    sha256: '56f3842ca7971d6a7d0562130e9fa982a6d9c151d57495c8881c28dfa7e90c68',
    package: 'node-undici',
    script,
    because: 'turns a folder of older versions into a link on upgrade',
    effects: [],
  })),
  {
    sha256: '5e2a3cf707727760958c6fbb1b66eeaedb442d8aba170a436691fe6d5ab3a261',
    package: 'nodejs',
    script: 'postinst',
    because: 'registers the alternative js',
    effects: [
      { type: 'symlink', path: '/etc/alternatives/js', target: '/usr/bin/nodejs' },
      { type: 'symlink', path: '/usr/bin/js', target: '/etc/alternatives/js' },
    ],
  },
  {
    sha256: '8eb3b42a48eeaf411b61c854cdba35dcfeefa9c990e41aa7b0520932cc819ab1',
    package: 'tzdata',
    script: 'config',
    because: debconfOnly,
    effects: [],
  },
  {
    sha256: '555ed6cfc95b70d0e209ffcbfbcef31670cf50bea5e9ff686f6f9c456acb0f46',
    package: 'tzdata',
    script: 'postinst',
    because: 'links /etc/localtime to the default zone',
    effects: [{ type: 'symlink', path: '/etc/localtime', target: '/usr/share/zoneinfo/Etc/UTC' }],
  },
];
