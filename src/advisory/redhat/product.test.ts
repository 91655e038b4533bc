import { expect, test } from 'vitest';
import { ecosystemOf, normalEcosystem } from './product.ts';

test.each([
  ['cpe:/o:redhat:enterprise_linux:9', 'Red Hat:enterprise_linux:9'],
  ['cpe:/a:redhat:enterprise_linux:9::appstream', 'Red Hat:enterprise_linux:9'],
  ['cpe:/o:redhat:enterprise_linux:10.0', 'Red Hat:enterprise_linux:10'],
  ['cpe:/o:redhat:rhel_eus:9.2::baseos', 'Red Hat:rhel_eus:9.2'],
  ['cpe:/o:redhat:enterprise_linux_eus:10.0', 'Red Hat:enterprise_linux_eus:10.0'],
  ['cpe:/a:redhat:openshift:4.16::el9', 'Red Hat:openshift:4.16'],
  ['cpe:/a:redhat:quay', 'Red Hat:quay'],
  ['cpe:2.3:o:redhat:enterprise_linux:9:*:*:*:*:*:*:*', 'Red Hat:enterprise_linux:9'],
  ['cpe:2.3:a:redhat:openshift:-:*:*', 'Red Hat:openshift'],
  ['cpe:/o:other:enterprise_linux:9', undefined],
  ['cpe:/o:redhat:enterprise linux:9', undefined],
  [`cpe:/o:redhat:${'a'.repeat(100_000)}`, undefined],
  ['', undefined],
])('%s is of %s', (cpe, ecosystem) => {
  expect(ecosystemOf(cpe)).toBe(ecosystem);
});

test.each([
  ['Red Hat:enterprise_linux:9::appstream', 'Red Hat:enterprise_linux:9'],
  ['Red Hat:enterprise_linux:9.4', 'Red Hat:enterprise_linux:9'],
  ['Red Hat', 'Red Hat'],
  ['Debian:13', 'Debian:13'],
])('somebody who wants %s wants %s', (ecosystem, normal) => {
  expect(normalEcosystem(ecosystem)).toBe(normal);
});
