/** Vendor and product of CPEs by os-release's ID. */
export const cpeNames: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'rhel',
    new Set(['redhat:enterprise_linux', 'redhat:rhel_eus', 'redhat:rhel_aus', 'redhat:rhel_tus', 'redhat:rhel_e4s']),
  ],
  ['debian', new Set(['debian:debian_linux'])],
  ['ubuntu', new Set(['canonical:ubuntu_linux'])],
  ['alpine', new Set(['alpinelinux:alpine_linux'])],
  ['fedora', new Set(['fedoraproject:fedora'])],
  ['sles', new Set(['suse:sles', 'suse:linux_enterprise_server'])],
  ['opensuse-leap', new Set(['opensuse:leap'])],
  ['rocky', new Set(['rocky:rocky', 'rocky:rocky_linux'])],
  ['almalinux', new Set(['almalinux:almalinux'])],
  ['amzn', new Set(['amazon:amazon_linux', 'amazon:linux'])],
  ['ol', new Set(['oracle:linux'])],
]);
