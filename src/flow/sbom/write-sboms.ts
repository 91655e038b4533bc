// Where SBOMs go.
import type { Bom } from '../../bom/types.ts';
import { type Target, writeTargets } from '../write-targets.ts';

export type SbomTarget<Format> = Target<Format>;

/**
 * Writes every Bom to every target.
 * @throws Fault `sbom/one-place` when several would stand in one place, `file/…`
 */
export async function writeSboms<Format>(
  boms: readonly Bom[],
  targets: readonly SbomTarget<Format>[],
  to: {
    readonly render: (bom: Bom, format: Format) => Promise<Iterable<string>>;
    readonly print: (pieces: Iterable<string>) => Promise<void>;
  },
): Promise<void> {
  const items = boms.map((bom) => ({ platform: bom.subject.platform, bom }));
  await writeTargets(items, targets, {
    what: { area: 'sbom', plural: 'SBOMs' },
    render: async ({ bom }, format) => await to.render(bom, format),
    print: to.print,
  });
}
