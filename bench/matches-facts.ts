// The OSV exports as they are, read without Temper's own reader of records: what both programs were told.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readZipEntry, zipEntries } from '../src/lib/zip.ts';

export interface OsvRange {
  readonly type: string;
  readonly events: readonly Readonly<Record<string, string>>[];
}

export interface OsvEntry {
  readonly package: { readonly ecosystem: string; readonly name: string };
  readonly ranges?: readonly OsvRange[];
  readonly versions?: readonly string[];
  readonly ecosystem_specific?: Readonly<Record<string, unknown>>;
}

export interface OsvDocument {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly withdrawn?: string;
  readonly affected?: readonly OsvEntry[];
}

export interface Named {
  readonly records: number;
  readonly versions: ReadonlySet<string>;
}

const RECORD = 64 << 20;

export class OsvFacts {
  readonly records = new Map<string, OsvDocument>();
  readonly ecosystems: readonly string[];

  /** @param folder of `<ecosystem>/all.zip` */
  constructor(folder: string) {
    this.ecosystems = readdirSync(folder);
    for (const ecosystem of this.ecosystems) {
      const bytes = readFileSync(join(folder, ecosystem, 'all.zip'));
      const content = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
      for (const entry of zipEntries(content, (name) => name.endsWith('.json'))) {
        const record = JSON.parse(readZipEntry(content, entry, RECORD).toString('utf8')) as OsvDocument;
        this.records.set(record.id, record);
      }
    }
  }

  /** By package, the versions at which something begins or ends, and how many records speak of it. */
  namedVersions(ecosystem: string): ReadonlyMap<string, Named> {
    const found = new Map<string, { records: number; versions: Set<string> }>();
    for (const { affected = [] } of this.records.values()) {
      for (const { package: of, ranges = [], versions = [] } of affected) {
        if (of.ecosystem !== ecosystem) continue;
        const known = found.get(of.name) ?? { records: 0, versions: new Set() };
        found.set(of.name, known);
        known.records++;
        const named = known.versions;
        for (const { type, events } of ranges) {
          if (type !== 'GIT')
            for (const event of events) for (const value of Object.values(event)) if (value !== '0') named.add(value);
        }
        for (const one of [versions[0], versions.at(-1)]) if (one !== undefined) named.add(one);
      }
    }
    return found;
  }
}
