// Effective statements as an OpenVEX document that Grype and Trivy honour.
import { hexOf, sha256Hex } from '../lib/digest.ts';
import type { OpenVexDocument, OpenVexProduct, OpenVexStatement } from '../openvex/types.ts';
import { openVexJson } from '../openvex/write.ts';
import { canonicalJson } from '../lib/json.ts';
import { packageUrl } from '../purl/purl.ts';
import type { EffectiveStatement } from './effective.ts';
import type { ExportedImage, VexExport } from './export-types.ts';
import { scannerPurls } from './scanner-purls.ts';

/**
 * The image is a product with the packages as subcomponents: both programs know it by a package URL with its digest. The packages
 * are products, too, unless `imageOnly`: the only way for archives and layouts, whose digest neither program knows.
 */
export function exportOpenVex({ statements, image, author, time, tooling, imageOnly }: VexExport): OpenVexDocument {
  const document: OpenVexDocument = {
    id: '',
    author,
    timestamp: time,
    version: 1,
    tooling,
    statements: statements.map((one) => statementOf(one, image, imageOnly)),
  };
  return { ...document, id: documentId(document) };
}

/** The same for the same content. */
export function documentId(document: OpenVexDocument): string {
  return `https://openvex.dev/docs/public/vex-${sha256Hex(canonicalJson({ ...openVexJson(document), '@id': undefined }))}`;
}

function statementOf(one: EffectiveStatement, image: ExportedImage, imageOnly: boolean): OpenVexStatement {
  const { status, justification, impact, action, at, vulnerabilities } = one.statement;
  const [name = '', ...aliases] = vulnerabilities;
  const isNot = status === 'not_affected';
  return {
    vulnerability: { name, aliases },
    timestamp: at,
    products: productsOf(one.packages, image, imageOnly),
    status,
    justification,
    impactStatement: isNot ? (impact ?? (justification === undefined ? unreasoned(one) : undefined)) : undefined,
    actionStatement: status === 'affected' ? (action ?? impact ?? 'No action is known.') : undefined,
    statusNotes: isNot || status === 'affected' ? undefined : impact,
  };
}

/** What is written where a format that asks for no reason gave none. */
export function unreasoned({ document }: EffectiveStatement): string {
  return `Stated in ${document.id} without a reason.`;
}

function productsOf(packages: readonly string[], image: ExportedImage, imageOnly: boolean): OpenVexProduct[] {
  const purls = [...new Set(packages.flatMap(scannerPurls))];
  const parts = purls.map((purl) => ({ id: purl, purl, hashes: new Map<string, string>() }));
  const images = image.digests.map((digest): OpenVexProduct => {
    const purl = imagePurl(image, digest);
    return { id: purl, purl, hashes: new Map([['sha-256', hexOf(digest)]]), subcomponents: parts };
  });
  if (imageOnly && images.length > 0) return images;
  return [...images, ...parts.map((part) => ({ ...part, subcomponents: [] }))];
}

/** Without the repository: the two programs write it differently, and the digest says which image it is. */
export function imagePurl({ name }: ExportedImage, digest: string): string {
  return packageUrl({ type: 'oci', name: shortName(name), version: digest });
}

/** The last part of a repository's name: `app` of `registry.example/team/app:1`. */
function shortName(name: string): string {
  const [path = ''] = name.split('@');
  const last = path.slice(path.lastIndexOf('/') + 1).split(':')[0] ?? '';
  return last === '' ? 'image' : last.toLowerCase();
}
