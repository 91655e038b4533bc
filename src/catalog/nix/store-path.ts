// Names of Nix store paths (Nix manual, "Store Path"; DrvName of builtins.parseDrvName).

export interface StorePath {
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  readonly output: string | undefined;
}

const PATH = /^([0-9abcdfghijklmnpqrsvwxyz]{32})-([A-Za-z0-9+._?=-]{1,211})$/;
const OUTPUT =
  /^(.+)-(bin|debug|dev|devdoc|dist|doc|etc|include|info|lib|libgcc|man|out|pam|py|static|terminfo|tools|uninstall)$/;

/** `HASH-NAME-VERSION[-OUTPUT]`; `undefined` for other names, also for those without a version: scripts, sources, profiles. */
export function readStorePath(base: string): StorePath | undefined {
  const [, hash, whole = ''] = PATH.exec(base) ?? [];
  if (hash === undefined || whole.endsWith('.drv') || whole.endsWith('.lock')) return undefined;
  const [, kept = whole, output] = OUTPUT.exec(whole) ?? [];
  const dash = versionDash(kept);
  if (dash < 0) return undefined;
  return { hash, name: kept.slice(0, dash), version: kept.slice(dash + 1), output };
}

// The version starts after the first dash that no letter follows.
function versionDash(name: string): number {
  for (let at = name.indexOf('-', 1); at >= 0; at = name.indexOf('-', at + 1)) {
    if (/[0-9]/.test(name[at + 1] ?? '')) return at;
  }
  return -1;
}
