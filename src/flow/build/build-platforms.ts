// The platforms of a build: layers, manifests and what is stated about them.
import { platformStatements } from '../../attest/statements.ts';
import { type AssembledImage, assemble, type BuildPackage } from '../../build/assemble.ts';
import { unexplainedFiles } from '../../bom/unexplained.ts';
import type { Definition } from '../../build/definition.ts';
import type { ReviewedScript } from '../../build/effects.ts';
import { type Described, imageManifest } from '../../build/manifest.ts';
import type { BuildRecord } from '../../build/record.ts';
import type { Distribution } from '../../bom/types.ts';
import type { Statement } from '../../intoto/statement.ts';
import type { Staging } from '../../io/staging.ts';
import type { CompressionChoice } from '../../lib/compress.ts';
import { Fault } from '../../lib/faults.ts';
import { tool } from '../../lib/tool.ts';
import type { ReadCertificate, ReadFiles } from './local-files.ts';
import type { PackageSupply } from './package-supply.ts';

export interface PlatformInputs {
  readonly definition: Definition;
  readonly version: string;
  readonly platform: string;
  readonly epoch: number;
  readonly packages: readonly BuildPackage[];
  readonly reviews: ReadonlyMap<string, readonly ReviewedScript[]>;
  readonly certificates: readonly ReadCertificate[];
  readonly files: readonly ReadFiles[];
  readonly distribution: Distribution;
  readonly compression: CompressionChoice;
}

export interface BuiltPlatform {
  readonly image: AssembledImage;
  readonly manifest: Described;
}

/**
 * Builds one platform's image; its layers go into `staging`.
 * @throws Fault `build/unexplained-files` unless every file belongs to one package or one named step
 */
export async function buildPlatform(
  inputs: PlatformInputs,
  packages: PackageSupply,
  staging: Staging,
  progress: (step: string) => void,
): Promise<BuiltPlatform> {
  const image = await assemble({
    ...inputs,
    files: inputs.files.map(({ local }) => local),
    open: async (p) => await packages.open(p),
    openLayer: async () => await staging.open(),
    progress,
  });
  const unexplained = unexplainedFiles(image.bom);
  if (unexplained.length > 0) {
    throw new Fault(
      'build/unexplained-files',
      `${unexplained.length} files belong to no package and no step of the build, such as /${unexplained[0] ?? ''}.`,
      'This is a defect of Temper; please report the definition.',
    );
  }
  return {
    image,
    manifest: imageManifest(image.config, image.layers, inputs.compression.format, inputs.definition.annotations),
  };
}

export function statementsOf({ image, manifest }: BuiltPlatform, name: string, record: BuildRecord): Statement[] {
  return platformStatements({ digest: manifest.descriptor.digest, name }, image.bom, image.layers, record, tool);
}
