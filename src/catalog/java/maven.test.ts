import { Effort } from '../effort.ts';
import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { PomIndex } from './effective-pom.ts';
import { gradle } from './gradle.ts';
import { maven } from './maven.ts';
import { readPom } from './pom.ts';

const PARENT = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <groupId>com.example</groupId><artifactId>parent</artifactId><version>7</version><packaging>pom</packaging>
  <licenses><license><name>Apache-2.0</name></license></licenses>
  <properties><lib>1.5</lib><again>\${lib}</again></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.lib</groupId><artifactId>lib</artifactId><version>\${again}</version></dependency>
    <dependency><groupId>org.tests</groupId><artifactId>tests</artifactId><version>1</version><scope>test</scope></dependency>
    <dependency><groupId>\${project.groupId}</groupId><artifactId>sibling</artifactId><version>\${project.version}</version></dependency>
  </dependencies></dependencyManagement>
</project>`;
const CHILD = `<project>
  <parent><groupId>com.example</groupId><artifactId>parent</artifactId><version>7</version></parent>
  <artifactId>child</artifactId>
  <properties><lib>1.6</lib></properties>
  <dependencies>
    <dependency><groupId>org.lib</groupId><artifactId>lib</artifactId></dependency>
    <dependency><groupId>org.tests</groupId><artifactId>tests</artifactId></dependency>
    <dependency><groupId>com.example</groupId><artifactId>sibling</artifactId></dependency>
    <dependency><groupId>org.range</groupId><artifactId>range</artifactId><version>[1.0,2.0)</version></dependency>
    <dependency><groupId>\${nowhere}</groupId><artifactId>x</artifactId><version>1</version></dependency>
  </dependencies>
</project>`;

test('a project’s dependencies: versions and scopes from its parents, its own properties before theirs', () => {
  const { edges, packages } = catalogFiles(maven, { 'pom.xml': PARENT, 'child/pom.xml': CHILD });
  expect(edges['pkg:maven/com.example/child@7']).toEqual([
    'pkg:maven/com.example/sibling@7',
    'pkg:maven/org.lib/lib@1.6',
    'pkg:maven/org.range/range',
  ]);
  expect(packages.find(({ name }) => name === 'com.example:child')).toMatchObject({
    licence: { expression: 'Apache-2.0' },
    evidence: 'declared',
  });
});

test('parents and properties in circles come to an end', () => {
  const circle = readPom(
    Buffer.from(`<project><parent><groupId>a</groupId><artifactId>a</artifactId><version>1</version></parent>
    <groupId>a</groupId><artifactId>a</artifactId><version>1</version>
    <properties><x>\${y}\${y}</x><y>\${x}\${x}</y></properties>
    <dependencies><dependency><groupId>\${x}</groupId><artifactId>b</artifactId></dependency></dependencies></project>`),
  );
  expect(circle).toBeDefined();
  const { dependencies } = new PomIndex(circle ? [circle] : [], new Effort()).effective(
    circle as NonNullable<typeof circle>,
  );
  expect(dependencies[0]?.groupId?.length).toBeLessThanOrEqual(1000);
});

test('a POM that is none tells of nothing, a broken one is a fault', () => {
  expect(catalogFiles(maven, { 'pom.xml': '<other/>' })).toMatchObject({ packages: [], faults: {} });
  expect(catalogFiles(maven, { 'pom.xml': '<project>' }).faults).toEqual({ 'pom.xml': 'xml/malformed' });
});

test('Gradle’s locks, without what only tests need', () => {
  const lock = `# This is a Gradle generated file for dependency locking.
com.google.guava:guava:33.0-jre=compileClasspath,runtimeClasspath
org.junit:junit:4.13=testCompileClasspath,testRuntimeClasspath
empty=annotationProcessor
`;
  expect(catalogFiles(gradle, { 'gradle.lockfile': lock }).packages.map(({ purl }) => purl)).toEqual([
    'pkg:maven/com.google.guava/guava@33.0-jre',
  ]);
});
