import { expect, test } from 'vitest';
import { ecosystemBase, ecosystemName, packageName } from './names.ts';

test.each([
  ['npm', 'npm', 'npm'],
  ['Debian:13', 'Debian', 'Debian:13'],
  ['Alpine:v3.22', 'Alpine', 'Alpine:v3.22'],
  ['Ubuntu:24.04:LTS', 'Ubuntu', 'Ubuntu:24.04'],
  ['Ubuntu:25.10', 'Ubuntu', 'Ubuntu:25.10'],
  ['Ubuntu:Pro:18.04:LTS', 'Ubuntu', 'Ubuntu:Pro:18.04'],
  ['Red Hat:enterprise_linux:9::appstream', 'Red Hat', 'Red Hat:enterprise_linux:9'],
  ['Red Hat:rhel_eus:9.2::baseos', 'Red Hat', 'Red Hat:rhel_eus:9.2'],
  ['Maven:https://maven.google.com', 'Maven', 'Maven'],
  ['Packagist:https://packages.drupal.org/8', 'Packagist', 'Packagist'],
  ['SUSE:Linux Enterprise Server 15 SP6', 'SUSE', 'SUSE:Linux Enterprise Server 15 SP6'],
])('%s is of %s and called %s', (ecosystem, base, name) => {
  expect([ecosystemBase(ecosystem), ecosystemName(ecosystem)]).toEqual([base, name]);
});

test.each([
  ['PyPI', 'Zope.Interface__X', 'zope-interface-x'],
  ['NuGet', 'Newtonsoft.Json', 'newtonsoft.json'],
  ['Packagist', 'Symfony/HTTP-Kernel', 'symfony/http-kernel'],
  ['npm', 'JSONStream', 'JSONStream'],
  ['Go', 'github.com/Masterminds/semver', 'github.com/masterminds/semver'],
  ['crates.io', 'Inflector', 'Inflector'],
  ['Maven', 'org.Example:Lib', 'org.Example:Lib'],
  ['RubyGems', 'RedCloth', 'RedCloth'],
  ['Hex', 'Phoenix', 'phoenix'],
  ['SwiftURL', 'https://github.com/Apple/swift-nio.git', 'github.com/apple/swift-nio'],
  ['GitHub Actions', 'Actions/Checkout', 'actions/checkout'],
  ['Debian:13', 'xz-utils', 'xz-utils'],
])('in %s %s is looked up as %s', (ecosystem, name, expected) => {
  expect(packageName(ecosystem, name)).toBe(expected);
});
