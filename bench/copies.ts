// An image with the same content several times over, each copy below a folder of its own.
import { mkdirSync, rmSync } from 'node:fs';
import { measure } from './measure.ts';

/** @param layers files of one image's layers @returns the layout; the tag is `copies` */
export async function copiesOf(layers: readonly string[], count: number, layout: string): Promise<string> {
  const root = `${layout}.root`;
  mkdirSync(root, { recursive: true });
  const unpack = layers.map((layer) => `tar -xf ${layer} -C ${root}`).join('; ');
  const image = `${layout}:copies`;
  const add = Array.from(
    { length: count },
    (_, i) =>
      `tar -cf ${layout}.tar -C ${root} --transform 's,^\\./,./copy-${i}/,' . ; umoci raw add-layer --image ${image} ${layout}.tar`,
  ).join('; ');
  await measure('bash', ['-c', `set -e; ${unpack}; umoci init --layout ${layout}; umoci new --image ${image}; ${add}`]);
  rmSync(root, { recursive: true, force: true });
  rmSync(`${layout}.tar`, { force: true });
  return layout;
}
