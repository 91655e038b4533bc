// `temper vex export`: what is said of an image's packages, for other scanners.
import { PendingFile } from '../../io/pending-file.ts';
import { Fault } from '../../lib/faults.ts';
import { tool } from '../../lib/tool.ts';
import { openVexJson } from '../../openvex/write.ts';
import { bomLinks } from '../../vex/bom-links.ts';
import { effectiveStatements } from '../../vex/effective.ts';
import { exportCsaf } from '../../vex/export-csaf.ts';
import { exportCycloneDx } from '../../vex/export-cyclonedx.ts';
import { exportOpenVex } from '../../vex/export-openvex.ts';
import type { VexExport } from '../../vex/export-types.ts';
import { buildTime } from '../database/database-time.ts';
import { sbom, type SbomOptions } from '../sbom/sbom.ts';
import { isAbout, manifestDigests, ofAnother, subjectOf } from '../scan/scan-statements.ts';
import { type Attested, attestedVex, type AttestedOptions } from './vex-attestations.ts';
import { readVexFiles } from './vex-files.ts';

export interface ExportVexOptions
  extends AttestedOptions,
    Omit<SbomOptions, 'files' | 'texts' | 'declared' | 'signal' | 'offline' | 'insecure' | 'base'> {
  readonly files: readonly string[];
  readonly image: string;
  readonly format: string;
  readonly author: string | undefined;
  readonly imageOnly: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const writers: ReadonlyMap<string, (from: VexExport) => Readonly<Record<string, unknown>>> = new Map([
  ['openvex', (from: VexExport) => openVexJson(exportOpenVex(from))],
  ['csaf', exportCsaf],
  ['cyclonedx', exportCycloneDx],
]);

export interface ExportedVex {
  readonly text: string;
  /** Statements that were written, and packages that they speak of. */
  readonly statements: number;
  readonly packages: number;
  readonly notes: readonly string[];
}

/**
 * The last word of the documents, and of the image's own verified attestations, on each package of one platform's image.
 * @throws Fault `option/format`, `vex/nothing` where no statement is about a package of the image, faults of the files and the image
 */
export async function exportVex(options: ExportVexOptions): Promise<ExportedVex> {
  const write = writers.get(options.format);
  if (write === undefined)
    throw new Fault(
      'option/format',
      `"${options.format.slice(0, 100)}" is no format of an export.`,
      `There are ${[...writers.keys()].join(', ')}.`,
    );
  const files = await readVexFiles(options.files);
  const attested = await attestedVex(options.image, options);
  const [bom] = await sbom(options.image, { ...options, files: false, texts: false, declared: false });
  if (bom === undefined) throw nothing(options.image);
  const now = buildTime(options.environment);
  const about = isAbout(attested, bom);
  const own: Attested = about ? attested : { ...attested, documents: [], digests: [], base: undefined };
  const documents = [...own.documents, ...files];
  const statements = effectiveStatements(documents, bom.packages, subjectOf(bom, own), now);
  if (statements.length === 0) throw nothing(options.image);
  const digests = [...new Set([...manifestDigests(bom), ...own.digests])];
  const document = write({
    statements,
    image: { name: bom.subject.name, digests, links: bomLinks(bom) },
    author: options.author ?? authorOf(documents.map(({ author }) => author)),
    time: now,
    tooling: `${tool.name} ${tool.version}`,
    imageOnly: options.imageOnly,
  });
  const packages = new Set(statements.flatMap((one) => one.packages)).size;
  return {
    text: `${JSON.stringify(document, null, 2)}\n`,
    statements: statements.length,
    packages,
    notes: [...attested.notes, ...(about ? [] : [ofAnother(bom)])],
  };
}

/** @throws Fault `file/…` */
export async function writeExport(path: string, text: string): Promise<void> {
  await using file = await PendingFile.open(path);
  await file.write(Buffer.from(text));
  await file.commit();
}

function authorOf(authors: readonly (string | undefined)[]): string {
  const all = [...new Set(authors.filter((author) => author !== undefined))];
  return all.length === 0 ? 'Unknown Author' : all.slice(0, 10).join(', ');
}

function nothing(image: string): Fault {
  return new Fault(
    'vex/nothing',
    `No statement is about a package of ${image}.`,
    'See what the documents name with `temper vex list`, and what is in the image with `temper sbom`.',
  );
}
