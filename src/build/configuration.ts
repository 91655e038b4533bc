// The last layer: what the definition says beside its packages.
import { bytePath, type BytePath, compareStrings, pathText } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { type CaCertificate, caItems } from './ca.ts';
import type { Definition, PathRule } from './definition.ts';
import { directoryItem, fileItem, type Item, symlinkItem } from './item.ts';
import { mergeLinks } from './usrmerge.ts';
import type { FileView } from './view.ts';

/** The account of an image whose definition names none. */
export const NONROOT = { name: 'nonroot', uid: 65_532, gid: 65_532, home: '/home/nonroot' } as const;

export interface ConfigurationInput {
  readonly definition: Definition;
  readonly view: FileView;
  /** SOURCE_DATE_EPOCH. */
  readonly epoch: number;
  /** Contents of package files that the definition amends. */
  readonly retained: ReadonlyMap<BytePath, Buffer>;
  /** PEM certificates that the definition adds, by file name. */
  readonly certificates: readonly { readonly name: string; readonly pem: Buffer }[];
}

const OS_RELEASE = 'usr/lib/os-release';

/** Package files whose content {@link configurationItems} needs. */
export function isRetained(path: BytePath): boolean {
  return path === OS_RELEASE || (path.startsWith('usr/share/ca-certificates/') && path.endsWith('.crt'));
}

/** The items of the configuration layer, each owned by a named step; to be placed with `override`. */
export function configurationItems(input: ConfigurationInput): Item[] {
  return [
    ...links(input),
    ...certificates(input),
    ...accounts(input),
    ...osRelease(input),
    ...nameService(input),
    ...input.definition.paths.flatMap((rule) => pathItems(rule, input.epoch)),
  ];
}

function links({ view, epoch }: ConfigurationInput): Item[] {
  return mergeLinks(new Set(view.paths())).map(([path, target]) =>
    symlinkItem(path, target, { step: 'usrmerge' }, { mtime: epoch }),
  );
}

function certificates({ certificates: added, retained, epoch }: ConfigurationInput): Item[] {
  if (added.length === 0) return [];
  const owner = { step: 'certificates' };
  const own = added.map(
    ({ name, pem }): CaCertificate => ({ path: bytePath(`usr/local/share/ca-certificates/${name}.crt`), pem }),
  );
  const shipped = [...retained]
    .filter(([path]) => path.endsWith('.crt'))
    .map(([path, pem]): CaCertificate => ({ path, pem }));
  const files = own.map(({ path, pem }) => fileItem(path, pem, owner, { mtime: epoch }));
  return [...files, ...caItems([...shipped, ...own], owner, epoch)];
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** The users of the image: root unless refused, the definition's, `nonroot` when the image runs as it, `nobody`. */
export function usersOf(definition: Definition): User[] {
  const { root, users, 'run-as': runAs } = definition.accounts;
  const all: User[] = root ? [{ name: 'root', uid: 0, gid: 0, home: '/root' }] : [];
  all.push(...users.map((u) => ({ name: u.name, uid: u.uid, gid: u.gid ?? u.uid, home: u.home ?? '/nonexistent' })));
  const has = (name: string) => all.some((u) => u.name === name);
  if ((runAs === undefined || runAs === NONROOT.name) && !has(NONROOT.name)) all.push(NONROOT);
  if (!has('nobody')) all.push({ name: 'nobody', uid: 65_534, gid: 65_534, home: '/nonexistent' });
  return all;
}

function accounts({ definition, epoch }: ConfigurationInput): Item[] {
  const owner = { step: 'accounts' };
  const users = usersOf(definition);
  const groups = new Map<string, { gid: number; members: readonly string[] }>();
  const gids = new Set<number>();
  const addGroup = (name: string, gid: number, members: readonly string[] = []) => {
    if (gids.has(gid) || groups.has(name)) return;
    gids.add(gid);
    groups.set(name, { gid, members });
  };
  for (const { name, gid, members } of definition.accounts.groups) addGroup(name, gid, members);
  for (const user of users) addGroup(user.name === 'nobody' ? 'nogroup' : user.name, user.gid);
  const passwd = users.map((u) => `${u.name}:x:${u.uid}:${u.gid}:${u.name}:${u.home}:/usr/sbin/nologin\n`);
  const group = [...groups]
    .sort(([, a], [, b]) => a.gid - b.gid)
    .map(([name, g]) => `${name}:x:${g.gid}:${g.members.join(',')}\n`);
  const homes = users
    .filter((u) => u.uid !== 0 && u.home !== '/nonexistent')
    .sort((a, b) => compareStrings(a.home, b.home));
  return [
    fileItem('etc/passwd', Buffer.from(passwd.join('')), owner, { mtime: epoch }),
    fileItem('etc/group', Buffer.from(group.join('')), owner, { mtime: epoch }),
    ...homes.map((u) => directoryItem(bytePath(u.home), owner, { mtime: epoch, uid: u.uid, gid: u.gid, mode: 0o700 })),
  ];
}

// os-release(5): assignments; the definition's replace the distribution's of the same name.
function osRelease({ definition, retained, epoch }: ConfigurationInput): Item[] {
  const own = Object.entries(definition['os-release']).map(
    ([key, value]) => [key.toUpperCase().replaceAll('-', '_'), value] as const,
  );
  if (own.length === 0) return [];
  const names = new Set(own.map(([key]) => key));
  const kept = (retained.get(OS_RELEASE)?.toString('utf8') ?? '')
    .split('\n')
    .filter((line) => line !== '' && !names.has(line.slice(0, line.indexOf('='))));
  const lines = own.map(([key, value]) => {
    if (!/^[A-Z][A-Z0-9_]*$/.test(key) || /[\n\0]/.test(value)) {
      throw new Fault(
        'definition/invalid',
        `os-release has the field "${key}", which os-release(5) does not allow.`,
        'Use letters, digits and underscores, and values of one line.',
      );
    }
    return `${key}="${value.replace(/["\\$`]/g, (c) => `\\${c}`)}"`;
  });
  return [
    fileItem(OS_RELEASE, Buffer.from(`${[...kept, ...lines].join('\n')}\n`), { step: 'os-release' }, { mtime: epoch }),
  ];
}

function nameService({ view, epoch }: ConfigurationInput): Item[] {
  if (view.get('etc/nsswitch.conf') !== undefined) return [];
  const text =
    'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\nprotocols: files\nservices: files\n';
  return [fileItem('etc/nsswitch.conf', Buffer.from(text), { step: 'name service' }, { mtime: epoch })];
}

function pathItems(rule: PathRule, epoch: number): Item[] {
  const owner = { step: 'paths' };
  const path = bytePath(rule.path);
  switch (rule.type) {
    case 'directory':
      return [directoryItem(path, owner, { mtime: epoch, mode: rule.mode, uid: rule.uid, gid: rule.gid })];
    case 'file':
      return [
        fileItem(path, Buffer.from(rule.content, 'utf8'), owner, {
          mtime: epoch,
          mode: rule.mode,
          uid: rule.uid,
          gid: rule.gid,
        }),
      ];
    case 'emptyfile':
      return [fileItem(path, Buffer.alloc(0), owner, { mtime: epoch, mode: rule.mode, uid: rule.uid, gid: rule.gid })];
    case 'symlink':
      return [
        symlinkItem(path, Buffer.from(rule.source, 'utf8').toString('latin1'), owner, {
          mtime: epoch,
          uid: rule.uid,
          gid: rule.gid,
        }),
      ];
    case 'delete':
      return []; // Kept out of the layers where it would enter them: Deletions.
  }
}

/** What `paths` of type `delete` keep out of the image: the path and all below it. */
export class Deletions {
  readonly #unmatched: Set<BytePath>;
  readonly #paths: readonly BytePath[];

  constructor(definition: Definition) {
    this.#paths = definition.paths.filter((rule) => rule.type === 'delete').map((rule) => bytePath(rule.path));
    this.#unmatched = new Set(this.#paths);
  }

  covers(path: BytePath): boolean {
    const rule = this.#paths.find((p) => path === p || path.startsWith(`${p}/`));
    if (rule !== undefined) this.#unmatched.delete(rule);
    return rule !== undefined;
  }

  /** @throws Fault `build/nothing-to-delete`: a deletion that matches nothing is a mistake in the definition. */
  finish(): void {
    const [path] = this.#unmatched;
    if (path !== undefined) {
      throw new Fault(
        'build/nothing-to-delete',
        `The definition deletes /${pathText(path)}, which no package of the image brings.`,
        'Correct the path under paths, or remove the rule.',
      );
    }
  }
}
