// What a maintainer script would have done, said as data: no script is ever run.
import { bytePath, type BytePath } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { caItems } from './ca.ts';
import { directoryItem, fileItem, type Item, symlinkItem } from './item.ts';

export type Effect =
  | { readonly type: 'directory'; readonly path: string; readonly mode?: number; readonly gid?: number }
  | {
      readonly type: 'file';
      readonly path: string;
      readonly content: string;
      readonly mode?: number;
      readonly gid?: number;
    }
  | { readonly type: 'symlink'; readonly path: string; readonly target: string }
  /** A copy of a file that the same package ships. */
  | { readonly type: 'copy'; readonly from: string; readonly to: string }
  /** `update-ca-certificates` over the package's own certificates, and `/etc/ca-certificates.conf`. */
  | { readonly type: 'ca-certificates'; readonly folder: string };

export interface ReviewedScript {
  /** Of the script's bytes, lower-case hex. */
  readonly sha256: string;
  readonly package: string;
  readonly script: string;
  /** What somebody read in it: why these effects are all that a new image needs. */
  readonly because: string;
  readonly effects: readonly Effect[];
}

/** The scripts that dpkg runs when it installs a package; `prerm` and `postrm` are for packages that leave. */
export const INSTALL_SCRIPTS = ['preinst', 'config', 'postinst'] as const;

/**
 * Carries an effect out over the files of its own package.
 * @param shipped the package's files, by path
 */
export function carryOut(
  effect: Effect,
  review: ReviewedScript,
  shipped: ReadonlyMap<BytePath, Item>,
  mtime: number,
): Item[] {
  const owner = { step: `maintainer script ${review.package}/${review.script}` };
  switch (effect.type) {
    case 'directory':
      return [directoryItem(bytePath(effect.path), owner, { mtime, ...pick(effect) })];
    case 'file':
      return [fileItem(bytePath(effect.path), Buffer.from(effect.content, 'utf8'), owner, { mtime, ...pick(effect) })];
    case 'symlink':
      return [symlinkItem(bytePath(effect.path), effect.target, owner, { mtime })];
    case 'copy': {
      const source = shipped.get(bytePath(effect.from));
      if (source?.entry.kind !== 'file') {
        throw new Fault(
          'build/effect',
          `The package ${review.package} has no file ${effect.from}, which its ${review.script} copies.`,
          'The package changed; its reviewed effects must be looked at again.',
        );
      }
      return [
        fileItem(bytePath(effect.to), source.content, owner, { mtime: source.entry.mtime, mode: source.entry.mode }),
      ];
    }
    case 'ca-certificates': {
      const folder = bytePath(effect.folder);
      const certificates = [...shipped.values()]
        .filter(
          ({ entry }) => entry.kind === 'file' && entry.path.startsWith(`${folder}/`) && entry.path.endsWith('.crt'),
        )
        .map(({ entry, content }) => ({ path: entry.path, pem: content }));
      const names = certificates.map(({ path }) => path.slice(folder.length + 1)).sort();
      const list = Buffer.from(
        ['# Certificates that are in /etc/ssl/certs, relative to /usr/share/ca-certificates.', ...names, ''].join('\n'),
        'latin1',
      );
      return [...caItems(certificates, owner, mtime), fileItem('etc/ca-certificates.conf', list, owner, { mtime })];
    }
  }
}

function pick(effect: { mode?: number; gid?: number }): { mode?: number; gid?: number } {
  return {
    ...(effect.mode === undefined ? {} : { mode: effect.mode }),
    ...(effect.gid === undefined ? {} : { gid: effect.gid }),
  };
}
