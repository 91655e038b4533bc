// The sides of a comparison: what is in an image, a folder or an SBOM, or what a saved scan says was.
import { readBom } from '../../bom/read.ts';
import type { Bom } from '../../bom/types.ts';
import { type Configuration, environmentOf } from '../../compare/configuration.ts';
import type { SavedSide } from '../../compare/saved-scan.ts';
import type { Side } from '../../compare/types.ts';
import { environment } from '../../io/environment.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { canonicalJson, parseJson } from '../../lib/json.ts';
import { limits } from '../../lib/limits.ts';
import type { ImageConfig } from '../../oci/types.ts';
import { openSources } from '../../source/open.ts';
import type { Source } from '../../source/types.ts';
import { registrySettings } from '../registry-settings.ts';
import { catalogSource, type SbomOptions } from '../sbom/sbom.ts';

/** A side before its packages were held against a database. */
export interface ReadSide {
  readonly platform: string | undefined;
  readonly bom: Bom;
  /** All but the findings. */
  readonly known: Omit<Side, 'findings'>;
  /** Of a saved scan. */
  readonly saved: SavedSide | undefined;
}

export type SideOptions = Omit<SbomOptions, 'files' | 'texts' | 'base'>;

/** How far into a document its schema's name is looked for, in bytes. */
const NEAR = 4096;

/**
 * What a name stands for, once for each platform that is asked for; folders and saved scans have no choice of platforms.
 * @throws faults of sources and of cataloguing; `scan/malformed`
 */
export async function readSides(reference: string, options: SideOptions): Promise<readonly ReadSide[]> {
  const registries = await registrySettings(environment());
  const saved = new Map<Bom, SavedSide>();
  const readDocument = async (bytes: Buffer, name: string): Promise<Bom> => {
    const scan = await savedScan(bytes, name);
    if (scan === undefined) return readBom(bytes, name);
    const bom = { subject: scan.side.subject, packages: scan.side.packages ?? [], files: [] };
    saved.set(bom, scan);
    return bom;
  };
  await using scope = new AsyncDisposableStack();
  const sides: ReadSide[] = [];
  for (const source of await openSources(reference, { ...options, readBom: readDocument, registries, scope }))
    sides.push(await sideOf(source, source.kind === 'bom' ? saved.get(source.bom) : undefined, options));
  return sides;
}

async function savedScan(bytes: Buffer, name: string): Promise<SavedSide | undefined> {
  if (bytes.length > limits.envelope || !bytes.subarray(0, NEAR).includes('urn:temper:schema:scan:')) return undefined;
  const { isSavedScan, savedSide } = await import('../../compare/saved-scan.ts');
  const document = parseJson(bytes, name);
  return isSavedScan(document) ? savedSide(document, name) : undefined;
}

async function sideOf(source: Source, saved: SavedSide | undefined, options: SideOptions): Promise<ReadSide> {
  if (source.kind === 'bom' && saved !== undefined) {
    const { platform } = source.bom.subject;
    mustBe(platform, options.platform, source.name);
    return { platform, bom: source.bom, known: saved.side, saved };
  }
  // A folder has no platform; what it is compared with may have several.
  const platform = source.kind === 'tree' ? undefined : options.platform;
  const bom = await catalogSource(source, { ...options, platform, base: undefined, files: true, texts: false });
  const { packages, files, subject } = bom;
  return {
    platform: subject.platform,
    bom,
    saved: undefined,
    known: {
      kind: source.kind === 'image' ? 'image' : source.kind === 'tree' ? 'folder' : 'sbom',
      subject,
      packages,
      packageCount: packages.length,
      // A document of many packages of which none needs another says nothing of that.
      related: source.kind !== 'bom' || packages.length === 0 || packages.some((p) => p.dependencies.length > 0),
      files: source.kind === 'bom' && files.length === 0 ? undefined : files,
      layers: source.kind === 'image' ? source.layers.map(({ size }) => size) : undefined,
      configuration: source.kind === 'image' ? configurationOf(source.config) : undefined,
    },
  };
}

function mustBe(platform: string | undefined, asked: string | undefined, name: string): void {
  if (asked === undefined || asked === 'all' || platform === undefined || platform === asked) return;
  throw new Fault(
    'compare/platform',
    `The platform ${asked} was asked for, but ${name} is of ${platform}.`,
    'Leave --platform out, or name the scan of that platform.',
  );
}

/** What is empty is not set. */
function configurationOf({ config }: ImageConfig): Configuration {
  const { User, WorkingDir, Entrypoint, Cmd, StopSignal, ExposedPorts, Volumes, Env, Labels } = config ?? {};
  const healthcheck = config?.['Healthcheck'];
  const list = (items: readonly string[] | null | undefined) => (items?.length ? items : undefined);
  return {
    user: text(User),
    workingDir: text(WorkingDir),
    entrypoint: list(Entrypoint),
    cmd: list(Cmd),
    stopSignal: text(StopSignal),
    healthcheck: typeof healthcheck === 'object' && healthcheck !== null ? canonicalJson(healthcheck) : undefined,
    ports: Object.keys(ExposedPorts ?? {}).sort(compareStrings),
    volumes: Object.keys(Volumes ?? {}).sort(compareStrings),
    environment: environmentOf(Env ?? []),
    labels: new Map(Object.entries(Labels ?? {})),
  };
}

function text(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
