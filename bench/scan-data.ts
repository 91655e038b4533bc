// What three scanners get to read: one SBOM, and the same records in a database for each.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { zipOf } from '../test/fakes/zip.ts';
import { baselineImage } from './baseline.ts';
import { type MatchData, matchData, peer } from './matches-data.ts';
import { measure } from './measure.ts';

export interface ScanData extends MatchData {
  /** The conventional image, as `oci:` names it. */
  readonly image: string;
  /** syft's CycloneDX of it. */
  readonly sbom: string;
  /** What osv-scanner takes as the folder of its databases. */
  readonly osvScanner: string;
}

/** Makes what is not there yet; needs root for the image. */
export async function scanData(): Promise<ScanData> {
  const kept = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper-bench');
  mkdirSync(kept, { recursive: true });
  const layout = await baselineImage(join(kept, 'baseline'));
  const data = await matchData();
  const osvScanner = join(data.folder, 'osv-scanner-data');
  if (!existsSync(osvScanner)) osvScannerData(data, osvScanner);
  const sbom = join(data.folder, 'baseline.cdx.json');
  if (!existsSync(sbom)) {
    const env = { SYFT_CHECK_FOR_APP_UPDATE: 'false' };
    await measure(peer('syft'), ['-q', `oci-dir:${layout}`, '-o', `cyclonedx-json=${sbom}`], { env });
  }
  return { ...data, osvScanner, sbom, image: `oci:${layout}:node` };
}

/** OSV's exports as they are, and the Debian records as OSV would export them. */
function osvScannerData({ osv, debian }: MatchData, folder: string): void {
  const place = (ecosystem: string): string => {
    const inside = join(folder, 'osv-scanner', ecosystem);
    mkdirSync(inside, { recursive: true });
    return join(inside, 'all.zip');
  };
  for (const ecosystem of readdirSync(osv)) copyFileSync(join(osv, ecosystem, 'all.zip'), place(ecosystem));
  writeFileSync(place('Debian'), zipOf([...debianRecords(readFileSync(debian, 'utf8'))]));
}

interface DebianLine {
  readonly suite: string;
  readonly source: string;
  readonly id: string;
  readonly fixed: string;
}

function* debianRecords(lines: string): Generator<{ readonly name: string; readonly content: string }> {
  const parsed = lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as DebianLine]));
  for (const [cve, said] of Map.groupBy(parsed, ({ id }) => id)) {
    const id = `DEBIAN-${cve}`;
    const affected = said.map(({ suite, source, fixed }) => ({
      package: { ecosystem: `Debian:${suite}`, name: source },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed === '' ? [] : [{ fixed }])] }],
    }));
    const [published, modified] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'];
    const record = { schema_version: '1.7.3', id, upstream: [cve], published, modified, details: '', affected };
    yield { name: `${id}.json`, content: JSON.stringify(record) };
  }
}
