// Which version a Go program's main module has.
import type { GoBuild } from './modules.ts';

/** A variable that the linker set: `-X 'main.version=v1.2.3'`, `-X=example.com/a/version.Version=1.2.3`. */
const SET =
  /-X[= ]\s*(?:'([^'\s=]{1,200})=([^']{1,100})'|"([^"\s=]{1,200})=([^"]{1,100})"|([^\s=]{1,200})=(\S{1,100}))/g;
const VERSION = /^v?(\d+\.\d+(?:\.\d+)?(?:[-+][\w.+-]{1,60})?)$/;

/**
 * The module's own version where it is one; else the version that the linker was told; else a pseudo version of the
 * commit, as Go writes it (Go Modules Reference, "Pseudo-versions"). Empty where none is known.
 */
export function mainVersion({ main, path, settings }: GoBuild): string {
  const stated = main?.version ?? '';
  const pseudo = /^v0\.0\.0-\d{14}-/.test(stated);
  if (stated !== '' && stated !== '(devel)' && !pseudo) return stated;
  const values = new Map(settings);
  return linkedVersion(values.get('-ldflags') ?? '', main?.path ?? path) || (pseudo ? stated : revision(values));
}

function linkedVersion(flags: string, module: string): string {
  let best = { rank: 0, version: '' };
  for (const [, a, av, b, bv, c, cv] of flags.slice(0, 4000).matchAll(SET)) {
    const name = a ?? b ?? c ?? '';
    const [, version] = VERSION.exec(av ?? bv ?? cv ?? '') ?? [];
    if (version === undefined) continue;
    const rank = rankOf(name, module);
    if (rank > best.rank) best = { rank, version: `v${version}` };
  }
  return best.version;
}

/** How far a variable's name says that it is the program's version. */
function rankOf(name: string, module: string): number {
  const dot = name.lastIndexOf('.');
  const variable = name.slice(dot + 1).toLowerCase();
  if (!['version', 'gitversion', 'buildversion', 'appversion', 'releaseversion', 'tag'].includes(variable)) return 0;
  const home = name.slice(0, dot);
  return home === 'main' ? 3 : home === module || home.startsWith(`${module}/`) ? 2 : 1;
}

function revision(settings: ReadonlyMap<string, string>): string {
  const commit = settings.get('vcs.revision') ?? '';
  const time = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(settings.get('vcs.time') ?? '');
  if (!/^[0-9a-f]{12,64}$/.test(commit) || time === null) return '';
  return `v0.0.0-${time.slice(1).join('')}-${commit.slice(0, 12)}`;
}
