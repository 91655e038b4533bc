// Programs that are in an image without any package, known by their bytes.
import { type Matcher, NO_KIND } from './lookup.ts';

/**
 * Names of Bitnami's ecosystem, whose records since 2020 give ranges of the projects' own versions. For other programs
 * nobody publishes such ranges: names of products (CPE) are not names of packages and are not matched.
 */
const BITNAMI: ReadonlyMap<string, string> = new Map([
  ['erlang', 'erlang'],
  ['fluent-bit', 'fluent-bit'],
  ['haproxy', 'haproxy'],
  ['httpd', 'apache'],
  ['mariadb', 'mariadb'],
  ['memcached', 'memcached'],
  ['mysql', 'mysql'],
  ['nginx', 'nginx'],
  ['node', 'node'],
  ['php', 'php'],
  ['postgresql', 'postgresql'],
  ['python', 'python'],
  ['redis', 'redis'],
  ['ruby', 'ruby'],
  ['valkey', 'valkey'],
]);

export const programs: Matcher = {
  kinds: ['generic'],
  plan({ name, version }) {
    // Go's own tools: the advisories of its standard library and of its commands.
    if (name === 'go')
      return { lookups: ['stdlib', 'toolchain'].map((part) => ({ ecosystem: 'Go', name: part, version })) };
    const bitnami = BITNAMI.get(name);
    return bitnami === undefined ? NO_KIND : { lookups: [{ ecosystem: 'Bitnami', name: bitnami, version }] };
  },
};
