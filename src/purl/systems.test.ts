import { expect, test } from 'vitest';
import { alpmPurl } from './alpm.ts';
import { apkPurl } from './apk.ts';
import { debPurl } from './deb.ts';
import { rpmPurl } from './rpm.ts';

test('Debian and who derives from it', () => {
  const deb = {
    name: 'libc6',
    version: '2.39-0ubuntu8',
    architecture: 'amd64',
    source: { name: 'glibc', version: '2.39-0ubuntu8' },
  };
  expect(debPurl({ ...deb, namespace: 'ubuntu', distro: 'ubuntu-24.04' })).toBe(
    'pkg:deb/ubuntu/libc6@2.39-0ubuntu8?arch=amd64&distro=ubuntu-24.04&upstream=glibc',
  );
  expect(debPurl({ ...deb, distro: '' })).toBe('pkg:deb/debian/libc6@2.39-0ubuntu8?arch=amd64&upstream=glibc');
});

test('Alpine and who builds with its tools', () => {
  const distro = { id: 'alpine', versionId: '3.20.3' };
  const apk = { name: 'libcrypto3', version: '3.3.2-r0', architecture: 'x86_64', origin: 'openssl', distro };
  expect(apkPurl(apk)).toBe('pkg:apk/alpine/libcrypto3@3.3.2-r0?arch=x86_64&distro=alpine-3.20.3&upstream=openssl');
  expect(apkPurl({ ...apk, name: 'openssl', distro: { id: 'wolfi', versionId: '20230201' } })).toBe(
    'pkg:apk/wolfi/openssl@3.3.2-r0?arch=x86_64&distro=wolfi-20230201',
  );
});

test('Arch Linux', () => {
  const alpm = { name: 'gcc-libs', version: '14.1.1-1', architecture: 'x86_64', base: 'gcc', distro: undefined };
  expect(alpmPurl(alpm)).toBe('pkg:alpm/arch/gcc-libs@14.1.1-1?arch=x86_64&upstream=gcc');
});

test('RPM, with an epoch, a module and the vendor that others write', () => {
  const rpm = {
    name: 'bash',
    epoch: 0,
    version: '5.2.26',
    release: '3.fc40',
    architecture: 'x86_64',
    sourceRpm: 'bash-5.2.26-3.fc40.src.rpm',
    modularity: undefined,
    distro: { id: 'fedora', versionId: '40' },
  };
  expect(rpmPurl(rpm)).toBe(
    'pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64&distro=fedora-40&upstream=bash-5.2.26-3.fc40.src.rpm',
  );
  const distro = { id: 'rhel', versionId: '9.4' };
  expect(rpmPurl({ ...rpm, epoch: 2, modularity: 'nodejs:18:80:x', sourceRpm: undefined, distro })).toBe(
    'pkg:rpm/redhat/bash@5.2.26-3.fc40?arch=x86_64&distro=rhel-9.4&epoch=2&rpmmod=nodejs:18:80:x',
  );
});
