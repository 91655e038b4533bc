// Which of an image's platforms is meant (image-spec 1.1, image-index.md; the spellings of containerd's platforms package).
import { Fault } from '../lib/faults.ts';

const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['aarch64', 'arm64'],
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['i386', '386'],
  ['armhf', 'arm/v7'],
  ['armel', 'arm/v6'],
]);
const SYSTEMS: ReadonlySet<string> = new Set(['linux', 'windows', 'darwin', 'freebsd', 'wasi', 'wasip1']);

/**
 * A platform in its one spelling: `arm64` and `linux/arm64/v8` are `linux/arm64`.
 * @throws Fault `source/platform` for what is no platform
 */
export function normalPlatform(text: string): string {
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9][a-z0-9_.-]{0,63}$/.test(part))) {
    const shown = text.slice(0, 100).replace(/\p{Cc}/gu, '?');
    throw new Fault('source/platform', `"${shown}" is no platform.`, 'Write it as linux/amd64 or linux/arm/v7.');
  }
  const [os = '', ...rest] = SYSTEMS.has(parts[0] ?? '') ? parts : ['linux', ...parts];
  const [architecture = '', variant = ''] = (ARCHITECTURES.get(rest[0] ?? '') ?? rest[0] ?? '').split('/');
  const own = rest[1] ?? variant;
  const plain = own === '' || (architecture === 'arm64' && own === 'v8') || (architecture === 'amd64' && own === 'v1');
  return [os, architecture, ...(plain ? [] : [own])].filter((part) => part !== '').join('/');
}

/** The platform in its one spelling; as it stands where it is none. */
function spelt(platform: string): string {
  try {
    return normalPlatform(platform);
  } catch {
    return platform;
  }
}

export interface Choice {
  /** What is asked for; `all` for every one. */
  readonly asked: string | undefined;
  /** What this machine runs. */
  readonly host: string;
}

export interface Named {
  /** Of the image, for messages. */
  readonly name: string;
  /** Platforms that its index lists, and that are not where it lies. */
  readonly absent: readonly string[];
}

/**
 * Those of `items` that are meant: the platform that is asked for, every one for `all`; unless asked the host's, else the
 * only one. Without a variant an architecture's newest is meant.
 * @throws Fault `source/platform` naming what there is
 */
export function choosePlatforms<T extends { readonly platform: string }>(
  items: readonly T[],
  { asked, host }: Choice,
  { name, absent }: Named,
): readonly T[] {
  if (asked === 'all' && items.length > 0) return items;
  const wanted = asked === undefined || asked === 'all' ? host : normalPlatform(asked);
  const found = best(items, wanted);
  if (found !== undefined) return [found];
  const [first, second] = items;
  if (asked === undefined && first !== undefined && second === undefined) return [first];
  throw new Fault('source/platform', `${name} has no image for ${wanted}.`, hintOf(items, absent));
}

function hintOf(items: readonly { readonly platform: string }[], absent: readonly string[]): string {
  const there = listOf(items.map(({ platform }) => platform));
  if (there !== '') return `Choose with --platform; there is: ${there}.`;
  if (absent.length === 0) return 'Check the name.';
  return `Its index lists ${listOf(absent)}, but none of them is there: pull or copy it.`;
}

function listOf(platforms: readonly string[]): string {
  return [...new Set(platforms)]
    .join(', ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 500);
}

function best<T extends { readonly platform: string }>(items: readonly T[], wanted: string): T | undefined {
  const exact = items.find(({ platform }) => spelt(platform) === wanted);
  if (exact !== undefined) return exact;
  const variants = items.filter(({ platform }) => spelt(platform).startsWith(`${wanted}/`));
  return variants.reduce<T | undefined>(
    (newest, item) => (newest === undefined || spelt(item.platform) > spelt(newest.platform) ? item : newest),
    undefined,
  );
}
