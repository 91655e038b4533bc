// Who holds the key can make every digest and signature fit: the SBOM, held against the content, still tells.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { compareStrings } from '../../src/lib/bytes.ts';
import type { TarItem } from '../../src/lib/tar-read.ts';
import { type Edit, forge } from './forge.ts';
import { amd64Of, SignedImage } from './signed-image.ts';

let image: SignedImage;

beforeAll(async () => {
  image = await SignedImage.build();
});

afterAll(async () => {
  await image[Symbol.asyncDispose]();
});

const find = (layers: TarItem[][], path: string): { layer: TarItem[]; at: number; item: TarItem } => {
  for (const layer of layers) {
    const at = layer.findIndex(({ entry }) => entry.path === path);
    const item = layer[at];
    if (item !== undefined) return { layer, at, item };
  }
  throw new Error(`no layer has ${path}`);
};
const changed =
  (path: string, entry: Partial<TarItem['entry']>, content?: string): Edit =>
  (layers) => {
    const { layer, at, item } = find(layers, path);
    const bytes = content === undefined ? item.content : Buffer.from(content);
    layer[at] = { entry: { ...item.entry, ...entry, size: bytes.length }, content: bytes };
  };
const added =
  (entry: Partial<TarItem['entry']> & { path: string }, content = ''): Edit =>
  (layers) => {
    const like = find(layers, 'usr/share/tiny/data.txt').item.entry;
    layers.at(-1)?.push({ entry: { ...like, ...entry, size: content.length }, content: Buffer.from(content) });
  };
const data = 'usr/share/tiny/data.txt';

test('is accepted when nothing was changed, so that what follows is refused for what it changes', async () => {
  const layout = await forge(image.layout, image.fresh(), image.signer, () => undefined);
  expect((await image.accepted(layout)).digest).not.toBe((await image.layout.image()).digest);
});

const cases: [string, Edit, string][] = [
  ['an added file', added({ path: 'usr/bin/backdoor', mode: 0o755 }, 'evil'), 'usr/bin/backdoor is not in the SBOM'],
  [
    'a file added in a layer of its own',
    (layers) => {
      const like = find(layers, data).item;
      layers.push([{ ...like, entry: { ...like.entry, path: 'opt/more' } }]);
    },
    'opt/more is not in the SBOM',
  ],
  [
    'a removed file',
    (layers) => {
      const { layer, at } = find(layers, data);
      layer.splice(at, 1);
    },
    `${data} is in the SBOM but not in the image`,
  ],
  ['changed content of the same length', changed(data, {}, 'SOME DATA\n'), `${data} has sha256 `],
  ['a setuid bit', changed('usr/bin/tiny', { mode: 0o4755 }), 'usr/bin/tiny has mode 04755, but 0755 in the SBOM'],
  ['another owner', changed('usr/bin/tiny', { uid: 1000 }), 'usr/bin/tiny has uid 1000, but 0 in the SBOM'],
  ['another group', changed('usr/bin/tiny', { gid: 42 }), 'usr/bin/tiny has gid 42, but 0 in the SBOM'],
  [
    'a symlink that leads elsewhere',
    changed('usr/share/tiny/link', { target: 'more.txt' }),
    'usr/share/tiny/link has target more.txt, but data.txt in the SBOM',
  ],
  [
    'a file in place of a symlink',
    changed('usr/share/tiny/link', { kind: 'file', target: undefined }, 'data.txt'),
    'usr/share/tiny/link has kind file, but symlink in the SBOM',
  ],
  ['a whiteout', added({ path: 'usr/share/tiny/.wh.data.txt' }), `${data} is in the SBOM but not in the image`],
  ['an opaque whiteout', added({ path: 'usr/share/tiny/.wh..wh..opq' }), `${data} is in the SBOM but not in the image`],
  [
    'a whiteout of a folder',
    added({ path: 'usr/share/.wh.tiny' }),
    'usr/share/tiny/link is in the SBOM but not in the image',
  ],
  ['a file over one of a lower layer', added({ path: data }, 'other'), `${data} has sha256 `],
  [
    'a hard link over one of a lower layer',
    added({ path: data, kind: 'hardlink', target: 'usr/share/tiny/more.txt' }),
    `${data} has kind hardlink, but file in the SBOM`,
  ],
  ['a device', added({ path: 'dev/mem', kind: 'character-device' }), 'dev/mem is not in the SBOM'],
];
test.each(cases)('%s: the SBOM no longer tells the truth', async (_, edit, reason) => {
  const layout = await forge(image.layout, image.fresh(), image.signer, edit);
  const { digest } = await amd64Of(layout);
  const against = await image.refused(layout);
  expect(against.map(({ check, subject }) => [check, subject])).toEqual([
    ['sbom.content', digest],
    ['sbom.content', digest],
  ]);
  for (const [i, type] of [predicateTypes.cyclonedx, predicateTypes.spdx].entries()) {
    expect(against.map((one) => one.reason).sort(compareStrings)[i]).toMatch(new RegExp(`^${type}: `));
  }
  for (const one of against) expect(one.reason).toContain(reason);
});
