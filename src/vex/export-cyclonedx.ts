// Effective statements as a CycloneDX 1.6 document.
import { sha256Hex } from '../lib/digest.ts';
import { canonicalJson } from '../lib/json.ts';
import { isoTime } from '../lib/time.ts';
import { justificationWords, stateWords } from './cyclonedx-words.ts';
import type { EffectiveStatement } from './effective.ts';
import { imagePurl } from './export-openvex.ts';
import type { ExportedImage, VexExport } from './export-types.ts';
import { purlParts } from './package-urls.ts';
import type { BomLinks } from './subject.ts';

/**
 * Packages are named by BOM-Links into the document that was scanned, where it is CycloneDX: the only names that Trivy takes. Else
 * they are components of this document.
 */
export function exportCycloneDx({
  statements,
  image,
  author,
  time,
  tooling,
}: VexExport): Readonly<Record<string, unknown>> {
  const { links } = image;
  const purls = [...new Set(statements.flatMap(({ packages }) => packages))].sort();
  const [name = tooling, version] = tooling.split(' ');
  const content = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: isoTime(time),
      tools: { components: [{ type: 'application', name, version }] },
      authors: [{ name: author }],
      component: rootOf(image),
    },
    components: links === undefined && purls.length > 0 ? purls.map(componentOf) : undefined,
    vulnerabilities: statements.map((one) => vulnerabilityOf(one, links)),
  };
  return { ...content, serialNumber: serialOf(canonicalJson(content)) };
}

function rootOf(image: ExportedImage): object {
  const [digest] = image.digests;
  const purl = digest === undefined ? undefined : imagePurl(image, digest);
  return { type: 'container', 'bom-ref': purl ?? 'image', name: image.name, version: digest, purl };
}

function componentOf(purl: string): object {
  const parts = purlParts(purl);
  return {
    type: 'library',
    'bom-ref': purl,
    group: parts?.namespace,
    name: parts?.name ?? purl,
    version: parts?.version,
    purl,
  };
}

function vulnerabilityOf({ statement, packages }: EffectiveStatement, links: BomLinks | undefined): object {
  const [id, ...aliases] = statement.vulnerabilities;
  const { status, justification, impact, action, at } = statement;
  const time = at === undefined ? undefined : isoTime(at);
  return {
    id,
    references: aliases.length === 0 ? undefined : aliases.map((alias) => ({ id: alias, source: {} })),
    analysis: {
      state: stateWords[status],
      justification: justification === undefined ? undefined : justificationWords[justification],
      detail: impact,
      firstIssued: time,
      lastUpdated: time,
    },
    recommendation: status === 'affected' ? action : undefined,
    affects: packages.flatMap((purl) => referencesOf(purl, links)).map((ref) => ({ ref })),
  };
}

function referencesOf(purl: string, links: BomLinks | undefined): string[] {
  if (links === undefined) return [purl];
  const references = [...links.packages].filter(([, own]) => own === purl).map(([reference]) => reference);
  return (references.length === 0 ? [purl] : references).map((one) => `${links.document}#${encodeURIComponent(one)}`);
}

/** RFC 9562, version 8: the same for the same content. */
function serialOf(content: string): string {
  const hex = sha256Hex(content);
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8';
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
