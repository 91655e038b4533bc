// A Bom as CycloneDX 1.6.
import { compareStrings, pathText } from '../lib/bytes.ts';
import { hexOf } from '../lib/digest.ts';
import { isoTime } from '../lib/time.ts';
import type { CycloneDxComponent, CycloneDxDocument, CycloneDxProperty } from '../cyclonedx/types.ts';
import { claimOf, octal } from './claims.ts';
import { identityOf } from './identity.ts';
import type { Bom, BomFile, BomPackage, Distribution } from './types.ts';

/** @param tool what makes the document */
export function toCycloneDx(bom: Bom, tool: { readonly name: string; readonly version: string }): CycloneDxDocument {
  const { subject } = bom;
  const owned = Map.groupBy(bom.files, (file) =>
    file.owner !== undefined && 'package' in file.owner ? file.owner.package : '',
  );
  const identity = identityOf(bom);
  const image = `image:sha256:${identity}`;
  const needed = new Set(bom.packages.flatMap((p) => p.dependencies));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid(identity)}`,
    version: 1,
    metadata: {
      timestamp: isoTime(subject.created),
      tools: { components: [{ type: 'application', name: tool.name, version: tool.version }] },
      component: {
        type: 'container',
        'bom-ref': image,
        name: subject.name,
        version: subject.version,
        hashes: subject.configDigest && [{ alg: 'SHA-256', content: hexOf(subject.configDigest) }],
        properties: [
          ...(subject.platform === undefined ? [] : [property('platform', subject.platform)]),
          ...subject.diffIds.map((id) => property('diffId', id)),
        ],
        components: (owned.get('') ?? []).map(fileComponent),
      },
    },
    components: [
      ...(subject.distribution === undefined ? [] : [systemComponent(subject.distribution)]),
      ...bom.packages.map((p) => packageComponent(p, owned.get(p.purl) ?? [])),
    ],
    dependencies: [
      { ref: image, dependsOn: bom.packages.map((p) => p.purl).filter((purl) => !needed.has(purl)) },
      ...bom.packages.map((p) => ({ ref: p.purl, dependsOn: [...p.dependencies].sort(compareStrings) })),
    ],
  };
}

function systemComponent({ id, versionId, prettyName }: Distribution): CycloneDxComponent {
  return {
    type: 'operating-system',
    'bom-ref': `os:${id}-${versionId}`,
    name: id,
    version: versionId,
    description: prettyName,
  };
}

function property(name: string, value: string): CycloneDxProperty {
  return { name: `temper:${name}`, value };
}

function packageComponent(p: BomPackage, files: readonly BomFile[]): CycloneDxComponent {
  return {
    type: 'library',
    'bom-ref': p.purl,
    name: p.name,
    version: p.version,
    purl: p.purl,
    description: p.description,
    supplier: p.maintainer === undefined ? undefined : { name: p.maintainer },
    copyright: p.licence?.copyright,
    licenses: p.licence === undefined ? undefined : [{ expression: p.licence.expression }],
    hashes: p.archive === undefined ? undefined : [{ alg: 'SHA-256', content: hexOf(p.archive.digest) }],
    externalReferences: p.homepage === undefined ? undefined : [{ type: 'website', url: p.homepage }],
    properties: [
      ...(p.source === undefined ? [] : [property('source', `${p.source.name} ${p.source.version}`)]),
      ...p.excludedDependencies.map((name) => property('excludedDependency', name)),
    ],
    components: files.length === 0 ? undefined : files.map(fileComponent),
  };
}

function fileComponent(file: BomFile): CycloneDxComponent {
  const claim = claimOf(file);
  return {
    type: 'file',
    name: `/${pathText(file.path)}`,
    hashes: [
      { alg: 'SHA-1', content: file.sha1 },
      { alg: 'SHA-256', content: file.sha256 },
    ],
    properties: [
      property('kind', claim.kind),
      property('mode', octal(claim.mode)),
      property('owner', `${claim.uid}:${claim.gid}`),
      property('size', String(claim.size)),
      ...(claim.target === undefined ? [] : [property('target', claim.target)]),
      ...(file.owner !== undefined && 'step' in file.owner ? [property('step', file.owner.step)] : []),
    ],
  };
}

// RFC 9562, version 8: the bits of a digest, so that the same image has the same serial number.
function uuid(hex: string): string {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
