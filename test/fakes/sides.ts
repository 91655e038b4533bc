// Sides of a comparison of which only what matters in a test is said.
import type { BomFile, BomPackage } from '../../src/bom/types.ts';
import type { Configuration } from '../../src/compare/configuration.ts';
import type { ComparedFinding, Side } from '../../src/compare/types.ts';
import { bomOf } from './packages.ts';

export const plain: Configuration = {
  user: undefined,
  workingDir: undefined,
  entrypoint: undefined,
  cmd: undefined,
  stopSignal: undefined,
  healthcheck: undefined,
  ports: [],
  volumes: [],
  environment: new Map(),
  labels: new Map(),
};

export function file(path: string, more: Partial<BomFile> = {}): BomFile {
  return {
    path,
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sha256: 'aa',
    sha1: 'aa',
    size: 1,
    target: undefined,
    layer: '',
    owner: undefined,
    ...more,
  };
}

/** An image's side. */
export function side(
  packages: readonly BomPackage[],
  findings: readonly ComparedFinding[] = [],
  more: Partial<Side> = {},
): Side {
  const bom = bomOf(packages);
  return {
    kind: 'image',
    subject: bom.subject,
    packages: bom.packages,
    packageCount: packages.length,
    related: true,
    files: [],
    layers: [],
    configuration: plain,
    findings: { findings, covered: packages.length, notCovered: 0 },
    ...more,
  };
}
