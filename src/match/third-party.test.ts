import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { expect, test } from 'vitest';
import { isThirdPartyDeb } from './third-party.ts';

test.each([
  ['20.11.1-1nodesource1', 'Ivan Iguaran <ivan@nodesource.com>'],
  ['16.2-1.pgdg120+2', 'Debian PostgreSQL Maintainers <team+postgresql@tracker.debian.org>'],
  ['8.3.6-1+0~20240411.53+debian12~1.gbp2c1', 'Debian PHP Maintainers <team+pkg-php@tracker.debian.org>'],
  [
    '1:18.1.3~++20240322073236+ef6d1ec07c69-1~exp1~20240322193248.98',
    'LLVM Packaging Team <pkg-llvm-team@lists.alioth.debian.org>',
  ],
  ['5:26.1.0-1~debian.12~bookworm', 'Docker <support@docker.com>'],
  ['1.27.0-1~bookworm', 'NGINX Packaging <nginx-packaging@f5.com>'],
  ['1.27.0-1~trixie', undefined],
  ['550.54.14-1', 'NVIDIA <cudatools@nvidia.com>'],
  ['1.14.6-1', 'NVIDIA CORPORATION <cudatools@nvidia.com>'],
  ['124.0.6367.60-1', 'Chrome Linux Team <chromium-dev@chromium.org>'],
  ['8.0.36-1debian12', 'MySQL Release Engineering <mysql-build@oss.oracle.com>'],
  ['1.29.3-1.1', 'Kubernetes Authors <dev@kubernetes.io>'],
])('%s of %s is another’s', (version, maintainer) => {
  expect(isThirdPartyDeb(version, maintainer)).toBe(true);
});

test.each([
  ['2.41-12+deb13u1', 'GNU Libc Maintainers <debian-glibc@lists.debian.org>'],
  ['1.2.3-4~bpo12+1', 'Someone Else <someone@example.org>'],
  ['1.22.1-9~deb12u1', 'Debian Nginx Maintainers <pkg-nginx-maintainers@alioth-lists.debian.net>'],
  ['2.7.5-1ubuntu0.24.04.2', 'Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>'],
  ['3.0.0-1', 'Alex Example <alex@nvidia.com>'],
  ['1.5.1-1', 'Markus Example <markus@google.com>'],
  ['2:1.0~rc1+dfsg-1', undefined],
  ['1.0-1', 'no address'],
  ['1.0-1', 'x@'],
])('%s of %s is the distribution’s', (version, maintainer) => {
  expect(isThirdPartyDeb(version, maintainer)).toBe(false);
});

test('a maintainer’s address of any length is looked at quickly', () => {
  const begun = cpuTime();
  isThirdPartyDeb(`1${'~'.repeat(50_000)}`, `a@${'a.'.repeat(50_000)}`);
  expect(cpuTime() - begun).toBeLessThan(500);
});
