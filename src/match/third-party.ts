// Debian packages that the distribution did not make: its advisories say nothing of them, whatever they are called.

/**
 * Marks that other archives leave in versions: NodeSource, PostgreSQL's archive, Ondřej Surý's (`+0~20240411.53+debian12~1`),
 * LLVM's (`~++20240313`), Docker's and nginx's (`~debian.12~bookworm`, `-1~bookworm`), Dotdeb. Debian's own backports
 * (`~bpo12+1`) and updates (`+deb12u1`, `~deb12u1`) have none of them.
 */
const MARKS: readonly RegExp[] = [
  /nodesource/,
  /\.pgdg\d/,
  /\+0~20\d{6}\.\d+\+(?:debian|ubuntu)/,
  /~\+\+20\d{6}/,
  /~dotdeb/,
  /~(?:debian|ubuntu)\.\d/,
  /~(?:buster|bullseye|bookworm|trixie|forky|sid|xenial|bionic|focal|jammy|noble|resolute)\d*$/,
];

/** Domains of vendors whose archives people add: of the maintainer's address, with those below them. */
const VENDORS: ReadonlySet<string> = new Set([
  'adoptium.net',
  'azul.com',
  'bell-sw.com',
  'buildkite.com',
  'caddyserver.com',
  'chef.io',
  'clickhouse.com',
  'cloudflare.com',
  'cloudsmith.com',
  'confluent.io',
  'couchbase.com',
  'datadoghq.com',
  'docker.com',
  'dotnetfoundation.org',
  'eclipse.org',
  'elastic.co',
  'elasticsearch.com',
  'erlang-solutions.com',
  'f5.com',
  'fluentd.org',
  'gitlab.com',
  'grafana.com',
  'hashicorp.com',
  'influxdata.com',
  'influxdb.com',
  'jetbrains.com',
  'kubernetes.io',
  'mariadb.com',
  'mongodb.com',
  'neo4j.com',
  'newrelic.com',
  'nginx.com',
  'nginx.org',
  'nodesource.com',
  'opensearch.org',
  'percona.com',
  'puppet.com',
  'rabbitmq.com',
  'redis.com',
  'redis.io',
  'saltstack.com',
  'signal.org',
  'snapt.net',
  'tailscale.com',
  'timber.io',
  'varnish-software.com',
  'yarnpkg.com',
  'zabbix.com',
]);

/** Of those many employees maintain packages of Debian: only addresses of a team or of the firm itself count. */
const EMPLOYERS: ReadonlySet<string> = new Set([
  'amazon.com',
  'chromium.org',
  'github.com',
  'google.com',
  'intel.com',
  'microsoft.com',
  'nvidia.com',
  'oracle.com',
]);
const FIRM =
  /amazon|authors?\b|build|chrom|corporation|corretto|cuda|developers|engineering|github|google|inc\b|intel\b|linux|microsoft|mysql|nvidia|oracle|packag|releases?\b|security|support|team\b|tools/i;

/**
 * Whether another than the distribution made a package: its version has the mark of another archive, or its maintainer's
 * address is of a vendor with an archive of its own. Whoever else maintains it, it is the distribution's: a package that is
 * wrongly taken for somebody else's would be a miss.
 */
export function isThirdPartyDeb(version: string, maintainer: string | undefined): boolean {
  if (MARKS.some((mark) => mark.test(version))) return true;
  let domain = domainOf(maintainer ?? '');
  while (domain !== '') {
    if (VENDORS.has(domain)) return true;
    if (EMPLOYERS.has(domain)) return FIRM.test(beforeDomain(maintainer ?? ''));
    const dot = domain.indexOf('.');
    domain = dot < 0 ? '' : domain.slice(dot + 1);
  }
  return false;
}

/** Of `Name <user@domain>` or `user@domain`, in lower case; empty where there is none. */
function domainOf(maintainer: string): string {
  const at = maintainer.lastIndexOf('@');
  return at < 0 ? '' : (/^[A-Za-z0-9.-]{1,250}/.exec(maintainer.slice(at + 1))?.[0] ?? '').toLowerCase();
}

/** The name and the address up to its `@`. */
function beforeDomain(maintainer: string): string {
  return maintainer.slice(0, maintainer.lastIndexOf('@'));
}
