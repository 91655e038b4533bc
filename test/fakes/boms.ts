// Random Boms, of images and folders as catalogers would describe them.
import fc from 'fast-check';
import type { Bom, BomFile, BomPackage, PackageLocation } from '../../src/bom/types.ts';
import { bytePath, compareStrings } from '../../src/lib/bytes.ts';
import { type Digest, sha1Hex, sha256Hex } from '../../src/lib/digest.ts';
import { packageUrl } from '../../src/purl/purl.ts';

const digest = fc.integer({ min: 0, max: 9 }).map((n): Digest => `sha256:${sha256Hex(String(n))}`);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** Words and signs that have a meaning in some format. */
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'Ωm',
      '<b>',
      '&amp;',
      '"',
      "'",
      '\\',
      '</text>',
      ': ',
      '(x)',
      '=',
      '%',
      '\n',
      'layer',
      ']]>',
      '{',
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((words) => words.join('').trim() || 'x');
const line = text.map((words) => words.replaceAll('\n', ' ').trim() || 'x');
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const version = fc.stringMatching(/^[0-9]\.[0-9]{1,2}(-[0-9])?$/);
const path = fc
  .array(fc.oneof(word, fc.constantFrom('x y', 'ü', '-- "q"', 'to', '\\x', 'line\nfeed')), {
    minLength: 1,
    maxLength: 4,
  })
  .map((segments) => bytePath(segments.join('/')));
const bytes = fc.oneof({ weight: 9, arbitrary: path }, { weight: 1, arbitrary: path.map((p) => `${p}\xff`) });

const location: fc.Arbitrary<PackageLocation> = fc
  .record({ path, within: maybe(fc.array(word, { minLength: 1, maxLength: 2 })), layer: maybe(digest) })
  .map((at) => defined(at));

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

const someOf = <T>(item: fc.Arbitrary<T>) => maybe(fc.array(item, { minLength: 1, maxLength: 2 }));

const named = fc.oneof(
  fc.record({ type: fc.constant('deb'), namespace: fc.constant('debian'), name: word }),
  fc.record({ type: fc.constant('npm'), namespace: maybe(word.map((w) => `@${w}`)), name: word }),
  fc.record({ type: fc.constant('maven'), namespace: word.map((w) => `org.${w}`), name: word }),
  fc.record({ type: fc.constant('pypi'), namespace: fc.constant(undefined), name: word }),
);

const pkg: fc.Arbitrary<BomPackage> = fc
  .record({
    identity: named,
    version,
    architecture: maybe(fc.constantFrom('amd64', 'all')),
    source: maybe(fc.record({ name: word, version })),
    maintainer: maybe(
      fc.oneof(
        line,
        word.map((w) => `Some ${w} <${w}@example.org>`),
      ),
    ),
    description: maybe(text),
    homepage: maybe(word.map((w) => `https://example.org/${w}`)),
    archive: maybe(fc.record({ name: word.map((w) => `${w}.deb`), digest, size: fc.nat() })),
    licence: maybe(
      fc.record({
        expression: fc.constantFrom('MIT', 'Apache-2.0 OR MIT', 'GPL-2.0-only WITH Classpath-exception-2.0'),
        texts: fc.constant({}),
        copyright: maybe(line),
      }),
    ),
    excludedDependencies: fc.uniqueArray(word, { maxLength: 2 }),
    extra: fc.record({
      locations: someOf(location),
      foundBy: maybe(word),
      evidence: maybe(fc.constantFrom('installed' as const, 'declared' as const)),
      origin: maybe(fc.constantFrom('base' as const, 'added' as const)),
      unmetDependencies: someOf(line),
      cpes: maybe(
        fc.constantFrom(['cpe:2.3:a:x:y:1:*:*:*:*:*:*:*'], ['cpe:2.3:a:x:y:1:*:*:*:*:*:*:*', 'cpe:/a:x:y:1']),
      ),
      hashes: maybe(word.map((w) => [{ algorithm: 'SHA-512' as const, value: sha256Hex(w).repeat(2) }])),
      properties: someOf(fc.record({ name: word.map((w) => `go:${w}`), value: line })),
    }),
  })
  .map(({ identity, extra, ...rest }) => {
    const name =
      identity.namespace === undefined || identity.type === 'deb'
        ? identity.name
        : `${identity.namespace}${identity.type === 'maven' ? ':' : '/'}${identity.name}`;
    return {
      purl: packageUrl({ ...identity, version: rest.version }),
      kind: identity.type,
      name,
      ...rest,
      dependencies: [],
      ...defined(extra),
    };
  });

const file: fc.Arbitrary<BomFile> = fc
  .record({
    path: bytes,
    kind: fc.constantFrom('file' as const, 'symlink' as const, 'hardlink' as const),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: fc.integer({ min: 0, max: 70_000 }),
    gid: fc.integer({ min: 0, max: 70_000 }),
    size: fc.nat(),
    target: bytes,
    layer: digest,
    step: maybe(word),
  })
  .map(({ step, target, ...rest }) => ({
    ...rest,
    target: rest.kind === 'file' ? undefined : target,
    sha1: sha1Hex(rest.path),
    sha256: sha256Hex(rest.path),
    owner: step === undefined ? undefined : { step },
  }));

/** Packages need each other, some files are of a package; names are unique. */
export const boms: fc.Arbitrary<Bom> = fc
  .record({
    packages: fc.uniqueArray(pkg, { selector: (p) => p.purl, maxLength: 5 }),
    files: fc.uniqueArray(file, { selector: (f) => f.path, maxLength: 5 }),
    picks: fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 6 }),
    notRead: someOf(fc.record({ path, cataloger: word, code: fc.constant('rpm/malformed'), reason: line })),
    subject: fc.record({
      name: word,
      version,
      platform: maybe(fc.constantFrom('linux/amd64', 'linux/arm/v7')),
      configDigest: maybe(digest),
      diffIds: fc.array(digest, { maxLength: 2 }),
      created: fc.integer({ min: 0, max: 2_000_000_000 }),
      distribution: maybe(
        fc.record(
          {
            id: fc.constant('debian'),
            versionId: fc.constantFrom('13', ''),
            prettyName: line,
            codename: fc.constant('trixie'),
            stream: fc.constant('rhel_eus:9.4'),
          },
          { requiredKeys: ['id', 'versionId', 'prettyName'] },
        ),
      ),
    }),
  })
  .map(({ packages, files, picks, notRead, subject }) => {
    const sorted = [...packages].sort((a, b) => compareStrings(a.purl, b.purl));
    const needs = (i: number) =>
      [...new Set(picks.flatMap(([from, to]) => (from === i && to !== i ? (sorted[to]?.purl ?? []) : [])))].sort(
        compareStrings,
      );
    return {
      subject,
      packages: sorted.map((p, i) => {
        const owner = sorted.find((one) => one.kind === 'deb');
        const owned = p.kind !== 'deb' && owner !== undefined && i % 2 === 0 ? { ownedBy: owner.purl } : {};
        return { ...p, dependencies: needs(i), ...owned };
      }),
      files: [...files]
        .sort((a, b) => compareStrings(a.path, b.path))
        .map((one, i) => {
          const p = sorted[i % 3];
          return one.owner === undefined && p !== undefined ? { ...one, owner: { package: p.purl } } : one;
        }),
      ...(notRead === undefined ? {} : { notRead }),
    };
  });
