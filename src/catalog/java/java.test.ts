import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenCopies } from '../../../test/fakes/broken.ts';
import { catalogFiles, contentOf } from '../../../test/fakes/catalog.ts';
import { zipOf, type ZipPart } from '../../../test/fakes/zip.ts';
import { archiveLimits } from './archive-budget.ts';
import { java } from './java.ts';

interface Jar {
  readonly manifest?: Readonly<Record<string, string>>;
  /** `group:artifact:version`, and the body of its pom.xml */
  readonly poms?: Readonly<Record<string, string>>;
  readonly inside?: Readonly<Record<string, Buffer>>;
  readonly method?: number;
}

function jar({ manifest, poms = {}, inside = {}, method = 8 }: Jar): Buffer {
  const parts: ZipPart[] = [];
  if (manifest !== undefined) {
    const lines = Object.entries({ 'Manifest-Version': '1.0', ...manifest }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    parts.push({ name: 'META-INF/MANIFEST.MF', content: `${lines.join('')}\r\n` });
  }
  for (const [coordinates, body] of Object.entries(poms)) {
    const [groupId, artifactId, version] = coordinates.split(':');
    const folder = `META-INF/maven/${groupId}/${artifactId}`;
    parts.push({
      name: `${folder}/pom.properties`,
      content: `version=${version}\ngroupId=${groupId}\nartifactId=${artifactId}\n`,
    });
    const own = `<groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>`;
    if (body !== '') parts.push({ name: `${folder}/pom.xml`, content: `<project>${own}${body}</project>` });
  }
  for (const [name, content] of Object.entries(inside)) parts.push({ name, content, method });
  return zipOf(parts);
}

function needs(...dependencies: string[]): string {
  const all = dependencies.map((one) => {
    const [groupId, artifactId, version, rest = ''] = one.split(':');
    return `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>${rest}</dependency>`;
  });
  return `<dependencies>${all.join('')}</dependencies>`;
}

const slf4j = jar({ poms: { 'org.slf4j:slf4j-api:2.0.16': '' } });
const logback = jar({
  poms: {
    'ch.qos.logback:logback-classic:1.5.11': `<properties><v>2.0.16</v></properties><licenses><license><name>EPL-1.0</name></license><license><name>LGPL-2.1-only</name></license></licenses>${needs(
      'org.slf4j:slf4j-api:${v}',
      'org.junit:junit:1:<scope>test</scope>',
      'javax.mail:mail:1:<optional>true</optional>',
      'ch.qos.logback:logback-core:${project.version}',
    )}`,
  },
});
const SLF4J = 'pkg:maven/org.slf4j/slf4j-api@2.0.16';
const LOGBACK = 'pkg:maven/ch.qos.logback/logback-classic@1.5.11';
const APP = 'pkg:maven/com.example/app@1.0';

test.each([0, 8])('archives in an archive, with what each needs (method %i)', (method) => {
  const app = jar({
    poms: { 'com.example:app:1.0': needs('ch.qos.logback:logback-classic:1.5.11') },
    inside: { 'WEB-INF/lib/slf4j-api-2.0.16.jar': slf4j, 'WEB-INF/lib/logback-classic-1.5.11.jar': logback },
    method,
  });
  const { packages, edges, read } = catalogFiles(java, { 'srv/app.war': app, 'srv/app.txt': 'text' });
  expect(read).toEqual(['srv/app.war']);
  expect(edges).toEqual({ [APP]: [LOGBACK], [LOGBACK]: [SLF4J], [SLF4J]: [] });
  const classic = packages.find(({ purl }) => purl === LOGBACK);
  expect(classic).toMatchObject({
    kind: 'maven',
    name: 'ch.qos.logback:logback-classic',
    unmetDependencies: ['ch.qos.logback:logback-core 1.5.11'],
    licence: { expression: 'EPL-1.0 OR LGPL-2.1-only' },
    locations: [{ path: 'srv/app.war', within: ['WEB-INF/lib/logback-classic-1.5.11.jar'] }],
    hashes: [{ algorithm: 'SHA-1', value: expect.stringMatching(/^[0-9a-f]{40}$/) }],
  });
});

test('what nothing else in it needs hangs on the archive, and packages put into one on that', () => {
  const shaded = jar({ poms: { 'com.example:tool:2.0': '', 'org.apache.logging.log4j:log4j-core:2.20.0': '' } });
  const ear = jar({ manifest: {}, inside: { 'lib/tool-2.0.jar': shaded, 'lib/slf4j-api-2.0.16.jar': slf4j } });
  const { edges, packages } = catalogFiles(java, { 'big-3.1.ear': ear });
  expect(edges['pkg:maven/big/big@3.1']).toEqual(['pkg:maven/com.example/tool@2.0', SLF4J]);
  expect(edges['pkg:maven/com.example/tool@2.0']).toEqual(['pkg:maven/org.apache.logging.log4j/log4j-core@2.20.0']);
  expect(packages.find(({ name }) => name.endsWith(':log4j-core'))?.locations).toEqual([
    { path: 'big-3.1.ear', within: ['lib/tool-2.0.jar'] },
  ]);
});

test('a manifest’s class path names what hangs on the archive', () => {
  const app = jar({
    manifest: { 'Class-Path': 'lib/a.jar lib/b.jar ../out.jar lib/none.jar file:///x' },
    poms: { 'com.example:app:1.0': '' },
  });
  const { edges } = catalogFiles(java, {
    'srv/app.jar': app,
    'srv/lib/a.jar': slf4j,
    'srv/lib/b.jar': logback,
    'lib/a.jar': jar({}),
  });
  expect(edges[APP]).toEqual([LOGBACK]);
});

test('a long class path is read whole, and of several versions the one in the same file is needed', () => {
  const before = Array.from({ length: 200 }, (_, i) => `lib/absent-${i}.jar`).join('\r\n  ');
  const user = jar({ poms: { 'com.example:user:1.0': needs('org.slf4j:slf4j-api:9') } });
  const app = jar({
    manifest: { 'Class-Path': `${before} lib/z.jar` },
    poms: { 'com.example:app:1.0': '' },
    inside: { 'user-1.0.jar': user, 'slf4j-api-2.0.16.jar': slf4j },
  });
  const { edges } = catalogFiles(java, {
    'a.jar': jar({ poms: { 'org.slf4j:slf4j-api:1.7.0': '' } }),
    'app.jar': app,
    'lib/z.jar': logback,
  });
  expect(edges[APP]).toEqual([LOGBACK, 'pkg:maven/com.example/user@1.0']);
  expect(edges['pkg:maven/com.example/user@1.0']).toEqual([SLF4J]);
});

test('an application in a folder: its POM stands beside its archives', () => {
  const { edges, packages } = catalogFiles(java, {
    'srv/META-INF/maven/com.example/app/pom.properties': 'groupId=com.example\nartifactId=app\nversion=1.0\n',
    'srv/META-INF/maven/com.example/app/pom.xml': `<project><artifactId>app</artifactId>${needs('org.absent:absent:1')}</project>`,
    'srv/BOOT-INF/lib/slf4j-api-2.0.16.jar': slf4j,
    'srv/BOOT-INF/lib/logback-classic-1.5.11.jar': logback,
    'src/pom.xml': '<project/>',
  });
  expect(edges).toEqual({ [APP]: [LOGBACK], [LOGBACK]: [SLF4J], [SLF4J]: [] });
  expect(packages.find(({ purl }) => purl === APP)).toMatchObject({
    unmetDependencies: ['org.absent:absent 1'],
    locations: [{ path: 'srv/META-INF/maven/com.example/app/pom.properties' }],
  });
});

test('flat folders: archives find each other, and those in the same place first', () => {
  const { edges } = catalogFiles(java, { 'lib/a.jar': slf4j, 'lib/b.jar': logback });
  expect(edges).toEqual({ [LOGBACK]: [SLF4J], [SLF4J]: [] });
});

test.each<[string, string, Jar, string]>([
  ['a renamed file', 'app.jar', { poms: { 'com.example:shop:1.2': '' } }, 'com.example/shop@1.2'],
  [
    'the main class',
    'app.jar',
    { manifest: { 'Start-Class': 'com.example.Main' }, poms: { 'org.x:y:1': '', 'com.example:shop:1.2': '' } },
    'com.example/shop@1.2',
  ],
  [
    'a title like Nebula’s',
    'x.jar',
    { manifest: { 'Implementation-Title': 'io.micrometer#micrometer-core;1.13.6' } },
    'io.micrometer/micrometer-core@1.13.6',
  ],
  [
    'the name, of a well-known artifact',
    'spring-web-6.1.14.jar',
    { manifest: {} },
    'org.springframework/spring-web@6.1.14',
  ],
  [
    'the stated vendor',
    'postal-42.7.4.jar',
    { manifest: { 'Implementation-Vendor-Id': 'org.postal' } },
    'org.postal/postal@42.7.4',
  ],
  [
    'the symbolic name',
    'thing-1.0.jar',
    { manifest: { 'Bundle-SymbolicName': 'com.example.lib.thing;singleton:=true' } },
    'com.example.lib/thing@1.0',
  ],
  ['the manifest’s version', 'thing.jar', { manifest: { 'Implementation-Version': '4.5.6' } }, 'thing/thing@4.5.6'],
  ['a local repository', 'root/.m2/repository/org/example/x/1.0/x-1.0.jar', { manifest: {} }, 'org.example/x@1.0'],
  ['Gradle’s cache', 'g/files-2.1/org.example/x/1.0/abc/x-1.0.jar', { manifest: {} }, 'org.example/x@1.0'],
  ['nothing but the name', 'odd.jar', {}, 'odd/odd'],
])('the package is told by %s', (_, path, content, purl) => {
  const { packages } = catalogFiles(java, { [path]: jar({ ...content, inside: { 'a.txt': Buffer.from('a') } }) });
  expect(packages.map((one) => one.purl)).toContain(`pkg:maven/${purl}`);
});

test('a group that no archive states is the one that other POMs ask for', () => {
  const user = jar({ poms: { 'com.example:user:1.0': needs('org.hidden:odd:2.0') } });
  const { edges } = catalogFiles(java, { 'lib/user-1.0.jar': user, 'lib/odd-2.0.jar': jar({ manifest: {} }) });
  expect(edges['pkg:maven/com.example/user@1.0']).toEqual(['pkg:maven/org.hidden/odd@2.0']);
});

test('an archive with one POM of another version holds that package and is another', () => {
  const { edges } = catalogFiles(java, { 'mine-2.0.jar': jar({ manifest: {}, poms: { 'org.x:y:1.0': '' } }) });
  expect(edges).toEqual({ 'pkg:maven/mine/mine@2.0': ['pkg:maven/org.x/y@1.0'], 'pkg:maven/org.x/y@1.0': [] });
});

test('a nested archive that is broken is named, and the rest is read', () => {
  const app = jar({
    manifest: {},
    inside: { 'lib/broken-1.0.jar': Buffer.from('broken'), 'lib/slf4j-api-2.0.16.jar': slf4j },
  });
  const { packages, faults } = catalogFiles(java, { 'app-1.jar': app });
  expect(faults).toEqual({ 'app-1.jar': 'zip/malformed' });
  expect(packages.map(({ purl, properties }) => [purl, properties])).toEqual([
    ['pkg:maven/app/app@1', [{ name: 'java:notRead', value: 'zip/malformed' }]],
    ['pkg:maven/broken/broken@1.0', [{ name: 'java:notRead', value: 'zip/malformed' }]],
    [SLF4J, undefined],
  ]);
});

test('an archive that is not read whole, or has two POMs of one name, is named', () => {
  const pom = (name: string) => ({
    name: 'META-INF/maven/g/a/pom.properties',
    content: `groupId=g\nartifactId=${name}\nversion=1\n`,
  });
  const { packages, faults } = catalogFiles(java, {
    'deep-1.0.jar': jar({ inside: { 'broken-1.0.jar': Buffer.from('PK') } }),
    'two.jar': zipOf([pom('good'), pom('evil')]),
  });
  expect(packages.map(({ name }) => name)).toContain('g:evil');
  expect(faults).toEqual({ 'deep-1.0.jar': 'zip/malformed', 'two.jar': 'java/ambiguous' });
});

test('resource adapters are read, archives of another kind with their ending are not', () => {
  expect(catalogFiles(java, { 'a.rar': Buffer.concat([Buffer.from('Rar!'), Buffer.alloc(100)]) })).toMatchObject({
    packages: [],
    faults: {},
  });
  expect(catalogFiles(java, { 'slf4j-api-2.0.16.rar': slf4j, 'b.jar': '' }).packages).toHaveLength(1);
});

test('a file that is no archive is a fault', () => {
  expect(catalogFiles(java, { 'a.jar': 'this is certainly no archive' }).faults).toEqual({ 'a.jar': 'zip/malformed' });
});

test('archives nest as deep as is read, and no deeper', () => {
  let nested = slf4j;
  for (let i = 0; i < 20; i++) nested = jar({ manifest: {}, inside: { [`n${i}-1.0.jar`]: nested } });
  const { packages } = catalogFiles(java, { 'top-1.0.jar': nested });
  expect(packages).toHaveLength(archiveLimits.depth + 1);
  expect(packages.filter(({ properties }) => properties?.[0]?.value.includes('java/too-large'))).toHaveLength(2);
});

test('archives that share their bytes a thousandfold are ended by the bounds', () => {
  const started = cpuTime();
  // Each level names the same entry 100 times.
  let nested = jar({ inside: { 'a.txt': Buffer.alloc(1000) } });
  for (let level = 0; level < 6; level++) {
    const one = zipOf([{ name: 'x.jar', content: nested, method: 0 }]);
    const end = Buffer.from(one.subarray(one.length - 22));
    const header = one.subarray(end.readUInt32LE(16), one.length - 22);
    const directory = Buffer.concat(Array.from({ length: 100 }, () => header));
    end.writeUInt16LE(100, 10);
    end.writeUInt32LE(directory.length, 12);
    nested = Buffer.concat([one.subarray(0, one.length - 22 - header.length), directory, end]);
  }
  const fact = java.parse({ path: 'bomb.jar', mode: 0, content: contentOf(nested) });
  expect(fact?.archives.length).toBeLessThanOrEqual(archiveLimits.archives);
  expect(fact?.archives[0]?.unread).toBe('java/too-large');
  expect(cpuTime() - started).toBeLessThan(10_000);
});

test('a small file that holds the same small archive a hundred thousand times is ended soon', () => {
  const small = (i: number) => jar({ poms: { [`g:a${i}:1`]: '' } });
  let nested = zipOf(Array.from({ length: 20 }, (_, i) => ({ name: `l${i}.jar`, content: small(i) })));
  for (let level = 0; level < 4; level++)
    nested = zipOf(Array.from({ length: 20 }, (_, i) => ({ name: `l${i}.jar`, content: nested })));
  expect(nested.length).toBeLessThan(60_000);
  const fact = java.parse({ path: 'bomb.jar', mode: 0, content: contentOf(nested) });
  expect(fact?.archives.length).toBeLessThan(15_000);
  expect(fact?.archives[0]?.unread).toBe('java/too-large');
});

test('a small file whose POM inflates to a megabyte is named without its POM', () => {
  const poms = { 'g:a:1': '<a/>'.repeat(250_000) };
  const { packages, faults } = catalogFiles(java, { 'a-1.0.jar': jar({ manifest: {}, poms }) });
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:maven/g/a@1']);
  expect(faults).toEqual({ 'a-1.0.jar': 'java/too-large' });
});

test('POMs that are all tags are ended by the bounds, and the archive is still there', () => {
  const poms = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`g:a${i}:1`, '<a/>'.repeat(60_000)]));
  const { packages } = catalogFiles(java, { 'many-1.0.jar': jar({ manifest: {}, poms }) });
  expect(packages).toHaveLength(31);
  expect(packages.find(({ name }) => name === 'many:many')?.properties).toEqual([
    { name: 'java:notRead', value: 'java/too-large' },
  ]);
});

test('gives archives or a fault, whatever is changed', () => {
  const whole = jar({
    manifest: { 'Bundle-License': 'MIT' },
    poms: { 'a:b:1': needs('c:d:2') },
    inside: { 'lib/l.jar': logback },
    method: 0,
  });
  fc.assert(
    fc.property(brokenCopies([whole, logback]), (broken) => {
      const { packages, faults } = catalogFiles(java, { 'lib/a.jar': broken, 'lib/slf4j-api-2.0.16.jar': slf4j });
      expect(packages.length + Object.keys(faults).length).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});

test('what makes no package URL is no package', () => {
  const odd = jar({ poms: { ' : :1': '', 'com.example:app:1.0': '' } });
  expect(
    catalogFiles(java, { 'lib/-1.0.jar': jar({ manifest: {} }), 'lib/app-1.0.jar': odd }).packages.map(
      ({ purl }) => purl,
    ),
  ).toEqual([APP]);
});

test.each([
  [
    'thymeleaf-spring6-3.1.3.jar',
    'thymeleaf.spring6',
    ['org/thymeleaf/spring6/A', 'org/thymeleaf/spring6/b/B'],
    'org.thymeleaf',
  ],
  ['org.eclipse.sisu.inject-1.0.jar', 'org.eclipse.sisu.inject', ['org/eclipse/A'], 'org.eclipse.sisu'],
  ['velocity-1.7.jar', 'org.apache.velocity', [], 'org.apache.velocity'],
  [
    'tool-1.0.jar',
    undefined,
    ['org/apache/tool/x/A', 'org/apache/tool/y/B', 'META-INF/versions/9/module-info'],
    'org.apache.tool',
  ],
  ['mixed-1.0.jar', undefined, ['org/one/A', 'com/two/B'], 'mixed'],
  ['near-1.0.jar', undefined, ['org/name/A', 'org/names/B'], 'near'],
  ['commons-lang-2.6.jar', undefined, ['org/apache/commons/lang/A'], 'commons-lang'],
])('%s without a POM is of the group that its module or its classes name', (file, module, classes, group) => {
  const content = jar({
    manifest: module === undefined ? {} : { 'Automatic-Module-Name': module },
    inside: Object.fromEntries(classes.map((name) => [`${name}.class`, Buffer.alloc(1)])),
  });
  const { packages } = catalogFiles(java, { [file]: content });
  expect(packages.map(({ name }) => name.split(':')[0])).toEqual([group]);
});
