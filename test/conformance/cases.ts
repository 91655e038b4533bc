// The bundles of sigstore-conformance that are at hand: the project's shared data, or what TEMPER_SHARED names.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const shared = process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared');
const folder = join(shared, 'vectors/sigstore-bundles');

const BEACON =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const GITHUB = 'https://token.actions.githubusercontent.com';

/** Paths of one case. */
export interface ConformanceCase {
  readonly name: string;
  readonly bundle: string;
  readonly artifact: string;
  readonly key: string | undefined;
  /** Unless there is one, that of the public instance. */
  readonly trustedRoot: string | undefined;
  readonly identity: string;
  readonly issuer: string;
}

/** Sorted by name; none where the data is absent. */
export const cases: readonly ConformanceCase[] = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => existsSync(join(folder, name, 'bundle.sigstore.json')))
      .map(caseNamed)
  : [];

/** Whether a case must verify. */
export function isGood({ name }: ConformanceCase): boolean {
  return !name.endsWith('_fail');
}

function caseNamed(name: string): ConformanceCase {
  const file = (part: string): string | undefined => {
    const path = join(folder, name, part);
    return existsSync(path) ? path : undefined;
  };
  const text = (part: string): string | undefined => {
    const path = file(part);
    return path === undefined ? undefined : readFileSync(path, 'utf8').trim();
  };
  return {
    name,
    bundle: join(folder, name, 'bundle.sigstore.json'),
    artifact: file('artifact') ?? join(folder, 'a.txt'),
    key: file('key.pub'),
    trustedRoot: file('trusted_root.json'),
    identity: text('identity') ?? BEACON,
    issuer: text('issuer') ?? GITHUB,
  };
}
