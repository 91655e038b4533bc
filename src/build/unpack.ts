// One package's part of an image: its files as they will stand, and what its scripts come to.
import { baseOf, type BytePath, compareStrings, pathText } from '../lib/bytes.ts';
import { sha256Hex } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import type { DebPackage } from '../deb/deb-file.ts';
import { carryOut, INSTALL_SCRIPTS, type ReviewedScript } from './effects.ts';
import { fileItem, type Item } from './item.ts';
import { mergedPath } from './usrmerge.ts';

export interface UnpackOptions {
  readonly name: string;
  readonly purl: string;
  /** SOURCE_DATE_EPOCH: no file is younger. */
  readonly epoch: number;
  /** Reviewed scripts by SHA-256: Temper's own and the definition's. */
  readonly reviews: ReadonlyMap<string, readonly ReviewedScript[]>;
}

export interface Contribution {
  /** Sorted by path; the package's own files first where an effect names the same path. */
  readonly items: readonly Item[];
  /** The DEP-5 or free-form licence file. */
  readonly copyright: Buffer | undefined;
  /** Scripts that were found and by which review they were answered. */
  readonly scripts: readonly ReviewedScript[];
}

/** Folders whose content serves people at a terminal; licence files in usr/share/doc stay. */
const documentation = [
  'usr/share/doc/',
  'usr/share/doc-base/',
  'usr/share/man/',
  'usr/share/info/',
  'usr/share/locale/',
  'usr/share/lintian/',
  'usr/share/linda/',
  'usr/share/bug/',
  'usr/share/bash-completion/',
  'usr/share/zsh/',
  'usr/share/fish/',
  'usr/share/menu/',
  'usr/share/gtk-doc/',
  'usr/share/help/',
];

/** Whether a path is left out of every image. */
export function isDropped(path: BytePath, kind: string): boolean {
  const folder = documentation.find((prefix) => path.startsWith(prefix) || `${path}/` === prefix);
  if (folder === undefined) return false;
  if (folder !== 'usr/share/doc/') return true;
  if (kind === 'directory') return true; // Made again where a licence file needs it.
  // Links to another package's folder lead to its licence file.
  return !(baseOf(path) === 'copyright' || (kind === 'symlink' && path.split('/').length === 4));
}

/**
 * @throws Fault `build/unknown-script` naming the package, the script and its SHA-256; `build/unknown-trigger`;
 * `build/setuid` when a file has the setuid or setgid bit; `build/device`
 */
export function unpack(deb: DebPackage, options: UnpackOptions): Contribution {
  const owner = { package: options.purl };
  const shipped = new Map<BytePath, Item>();
  let copyright: Buffer | undefined;
  for (const { entry, content } of deb.items) {
    const path = mergedPath(entry.path);
    if (path === '') continue;
    if (path === `usr/share/doc/${options.name}/copyright` && entry.kind === 'file') copyright = content;
    if (isDropped(path, entry.kind)) continue;
    refuseDangerous(entry.kind, entry.mode, path, options.name);
    const target = entry.kind === 'hardlink' ? mergedPath(entry.target ?? '') : entry.target;
    shipped.set(path, {
      entry: { ...entry, path, target, mtime: Math.min(entry.mtime, options.epoch) },
      content,
      owner,
    });
  }
  const scripts = reviewed(deb, options);
  const made = scripts.flatMap((review) =>
    review.effects.flatMap((effect) => carryOut(effect, review, shipped, options.epoch)),
  );
  const items = new Map(shipped);
  for (const item of made) if (!items.has(item.entry.path)) items.set(item.entry.path, item);
  for (const item of statusItems(deb, options)) items.set(item.entry.path, item);
  return { items: [...items.values()].sort((a, b) => compareStrings(a.entry.path, b.entry.path)), copyright, scripts };
}

function refuseDangerous(kind: string, mode: number, path: BytePath, name: string): void {
  if ((kind === 'file' || kind === 'hardlink') && (mode & 0o6000) !== 0) {
    throw new Fault(
      'build/setuid',
      `The package ${name} ships /${pathText(path)} with the setuid or setgid bit.`,
      `Exclude the package with "!${name}", or delete the file under paths.`,
    );
  }
  if (kind === 'character-device' || kind === 'block-device' || kind === 'fifo') {
    throw new Fault(
      'build/device',
      `The package ${name} ships /${pathText(path)}, a ${kind}.`,
      `Exclude the package with "!${name}".`,
    );
  }
}

function reviewed(deb: DebPackage, options: UnpackOptions): ReviewedScript[] {
  const found: ReviewedScript[] = [];
  for (const script of INSTALL_SCRIPTS) {
    const bytes = deb.members.get(script);
    if (bytes === undefined) continue;
    const sha256 = sha256Hex(bytes);
    const review = options.reviews.get(sha256)?.find((r) => r.script === script && r.package === options.name);
    if (review === undefined) {
      throw new Fault(
        'build/unknown-script',
        `The package ${options.name} has a ${script} script that nobody has reviewed (sha256 ${sha256}).`,
        `Read it (dpkg-deb -e), then say what it comes to under contents.maintainer-scripts, or exclude the package with "!${options.name}".`,
      );
    }
    found.push(review);
  }
  checkTriggers(deb, options.name);
  return found;
}

// deb-triggers(5). What a package waits for is its own affair; what it sets off must be known.
function checkTriggers(deb: DebPackage, name: string): void {
  const text = deb.members.get('triggers')?.toString('utf8') ?? '';
  for (const line of text.split('\n')) {
    const [directive = '', trigger = ''] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!directive.startsWith('activate')) continue;
    // The loader finds what lies in its default folders without a cache; the linkage check proves that all does.
    if (trigger !== 'ldconfig') {
      throw new Fault(
        'build/unknown-trigger',
        `The package ${name} sets off the trigger "${trigger}", which Temper does not know.`,
        `Exclude the package with "!${name}".`,
      );
    }
  }
}

// Where scanners look for packages in images without dpkg: one control stanza a package, its md5sums beside it.
function statusItems(deb: DebPackage, options: UnpackOptions): Item[] {
  const owner = { step: 'package list' };
  const stanza = deb.control.trim().split('\n');
  const status = [stanza[0] ?? '', 'Status: install ok installed', ...stanza.slice(1), ''].join('\n');
  const items = [
    fileItem(`var/lib/dpkg/status.d/${options.name}`, Buffer.from(status, 'utf8'), owner, { mtime: options.epoch }),
  ];
  const sums = deb.members.get('md5sums');
  if (sums !== undefined) {
    const kept = sums
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== '' && !isDropped(mergedPath(line.slice(34)), 'file'));
    items.push(
      fileItem(`var/lib/dpkg/status.d/${options.name}.md5sums`, Buffer.from(`${kept.join('\n')}\n`, 'latin1'), owner, {
        mtime: options.epoch,
      }),
    );
  }
  return items;
}
