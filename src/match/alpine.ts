// Alpine, Wolfi and others with apk-tools: advisories speak of what packages are built from, their origin.
import type { Distribution } from '../bom/types.ts';
import type { Matcher, Plan } from './lookup.ts';

export const alpine: Matcher = {
  kinds: ['apk'],
  plan(p, distribution): Plan {
    const ecosystem = distribution === undefined ? undefined : ecosystemOf(distribution);
    if (ecosystem === undefined) return { reason: 'no-feed' };
    const { name, version } = p;
    const origin = p.source?.name ?? '';
    const own = { ecosystem, name, version };
    if (origin === '' || origin === name) return { lookups: [own] };
    const built = { ecosystem, name: origin, version };
    // Wolfi's advisories name parts of a package, too.
    return { lookups: ecosystem.includes(':') ? [built] : [built, own] };
  },
};

/** Those without releases. */
const ROLLING: ReadonlyMap<string, string> = new Map([
  ['wolfi', 'Wolfi'],
  ['chainguard', 'Chainguard'],
  ['minimos', 'MinimOS'],
]);

function ecosystemOf({ id, versionId, prettyName }: Distribution): string | undefined {
  const rolling = ROLLING.get(id);
  if (rolling !== undefined) return rolling;
  const release = /^v?(\d+)\.(\d+)/.exec(versionId);
  if (id === 'alpaquita' || id === 'bellsoft-hardened-containers') {
    const base = id === 'alpaquita' ? 'Alpaquita' : 'BellSoft Hardened Containers';
    return /^\d+$/.test(versionId) ? `${base}:${versionId}` : `${base}:stream`;
  }
  if (id !== 'alpine') return undefined;
  if (/edge|_alpha/.test(versionId) || /\bedge\b/i.test(prettyName)) return 'Alpine:edge';
  return release === null ? undefined : `Alpine:v${release[1] ?? ''}.${release[2] ?? ''}`;
}
