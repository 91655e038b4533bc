// A comparison for programs: docs/schemas/compare-1.json.
import { subjectJson } from '../bom/json/write.ts';
import { pathMember } from '../bom/json/paths.ts';
import type { BomFile, BomPackage } from '../bom/types.ts';
import { changedSize, isSetgid, isSetuid } from '../compare/files.ts';
import { percentOf } from '../compare/measures.ts';
import type {
  ComparedFinding,
  FileChange,
  FileChanges,
  FindingChange,
  Measure,
  PackageChange,
  Side,
} from '../compare/types.ts';
import type { CompareReport } from '../flow/compare/compare.ts';
import { isoTime } from '../lib/time.ts';
import type { CompareRenderOptions } from './compare-formats.ts';
import { PACKAGE_WAYS } from './compare-words.ts';
import { knownRisk } from './finding-words.ts';
import { jsonList } from './json-list.ts';

/** The schema's identifier. */
export const COMPARE_SCHEMA = 'urn:temper:schema:compare:1';

type Pieces = Generator<string>;

/** Lists have a line for each element. What is not known is left out. */
export function* compareJson(report: CompareReport, options: CompareRenderOptions): Pieces {
  const { comparison, sources, policy, objections } = report;
  const { a, b, measures, facts, vulnerabilities, packages, relationships, files, configuration } = comparison;
  const side = (of: Side, data: CompareReport['sources']['a']): object => ({
    kind: of.kind,
    subject: subjectJson(of.subject),
    database: { sources: data.map(sourceJson) },
  });
  yield '{\n';
  yield* members([
    ['$schema', COMPARE_SCHEMA],
    ['schemaVersion', 1],
    ['tool', options.tool],
    ['a', side(a, sources.a)],
    ['b', side(b, sources.b)],
    ['measures', measures.map(measureJson)],
    ['facts', facts],
    ['policy', policy],
    ['objections', objections],
    ['filtered', { a: vulnerabilities.a.filtered, b: vulnerabilities.b.filtered }],
    ['configuration', configuration],
    ['files', files && filesJson(files, options)],
  ]);
  const { added, gone, changed, unchanged } = vulnerabilities;
  yield* lists('vulnerabilities', [
    ['new', mapped(added, findingChangeJson)],
    ['gone', mapped(gone, findingChangeJson)],
    ['changed', mapped(changed, findingChangeJson)],
    ...(options.ignoreUnchanged ? [] : [['unchanged', mapped(unchanged, findingChangeJson)] as const]),
  ]);
  if (packages !== undefined) {
    yield ',\n';
    yield* lists(
      'packages',
      PACKAGE_WAYS.map((way) => [way, mapped(packages[way], packageChangeJson)] as const),
      `"unchanged":${packages.unchanged}`,
    );
  }
  if (relationships !== undefined) {
    yield ',\n';
    yield* lists('relationships', Object.entries(relationships));
  }
  yield '\n}\n';
}

function* members(all: readonly (readonly [string, unknown])[]): Pieces {
  for (const [name, value] of all) if (value !== undefined) yield `${JSON.stringify(name)}:${JSON.stringify(value)},\n`;
}

function* lists(name: string, all: readonly (readonly [string, Iterable<object>])[], last?: string): Pieces {
  yield `${JSON.stringify(name)}:{`;
  let divider = '\n';
  for (const [list, items] of all) {
    yield `${divider}${JSON.stringify(list)}:`;
    yield* jsonList(items);
    divider = ',\n';
  }
  yield last === undefined ? '}' : `,\n${last}}`;
}

function* mapped<T>(items: readonly T[], json: (item: T) => object): Generator<object> {
  for (const item of items) yield json(item);
}

function measureJson(measure: Measure): object {
  const percent = percentOf(measure);
  const { name, unit, a, b } = measure;
  return { name, unit, a, b, ...(percent === 'new' ? { new: true } : { percent }) };
}

function sourceJson({ feed, title, digest, current }: CompareReport['sources']['a'][number]): object {
  return { feed, title, digest, current: current === undefined ? undefined : isoTime(current) };
}

function findingChangeJson({ cause, a, b, differences }: FindingChange): object {
  return {
    cause,
    a: a && findingJson(a),
    b: b && findingJson(b),
    ...(differences.length === 0 ? {} : { differences }),
  };
}

function findingJson(finding: ComparedFinding): object {
  const { id, aliases, package: p, severity, epss, exploited, fix, status, summary } = finding;
  const { purl, name, version, kind } = p;
  return {
    id,
    aliases,
    package: { purl, name, version, kind },
    severity,
    epss: epss?.score,
    exploited: exploited !== undefined,
    risk: knownRisk(finding),
    fix: { state: fix.state, versions: fix.versions },
    status,
    summary,
  };
}

function packageChangeJson({ kind, name, a, b }: PackageChange): object {
  const one = (p: BomPackage | undefined) =>
    p && { purl: p.purl, version: p.version, source: p.source, origin: p.origin, evidence: p.evidence };
  return { kind, name, a: one(a), b: one(b) };
}

function filesJson(changes: FileChanges, { files }: CompareRenderOptions): object {
  const { added, removed, changed, unchanged, privileged } = changes;
  const bytes = changedSize(changes);
  const list = (all: readonly FileChange[]) => (files ? { list: all.map(fileChangeJson) } : {});
  return {
    added: { count: added.length, bytes: bytes.added, ...list(added) },
    removed: { count: removed.length, bytes: bytes.removed, ...list(removed) },
    changed: { count: changed.length, bytes: bytes.changed, ...list(changed) },
    unchanged: { count: unchanged },
    privileged: privileged.map(fileChangeJson),
  };
}

function fileChangeJson({ a, b }: FileChange): object {
  const one = (file: BomFile | undefined) =>
    file && {
      kind: file.kind,
      mode: file.mode.toString(8).padStart(4, '0'),
      uid: file.uid,
      gid: file.gid,
      size: file.size,
      sha256: file.sha256,
      ...(isSetuid(file) ? { setuid: true } : {}),
      ...(isSetgid(file) ? { setgid: true } : {}),
      ...(file.capabilities === true ? { capabilities: true } : {}),
    };
  return { ...pathMember('path', (b ?? a)?.path ?? ''), a: one(a), b: one(b) };
}
