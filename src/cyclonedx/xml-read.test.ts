import { expect, test } from 'vitest';
import { readCycloneDxXml } from './xml-read.ts';

const read = (text: string) => readCycloneDxXml(Buffer.from(text), 'bom.xml');
const bom = (content: string, version = '1.6') =>
  `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/${version}" version="1">${content}</bom>`;

test('prefixes and other namespaces: what is not CycloneDX is left out', () => {
  const text =
    '<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.5" xmlns:x="urn:x" serialNumber="urn:uuid:1"><c:components>' +
    '<c:component type="library" x:colour="red"><c:name>a</c:name><x:name>b</x:name></c:component></c:components></c:bom>';
  expect(read(text)).toEqual({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    serialNumber: 'urn:uuid:1',
    components: [{ type: 'library', name: 'a' }],
  });
});

test('tools of old documents are a list, of new ones components', () => {
  expect(read(bom('<metadata><tools><tool><name>a</name></tool></tools></metadata>', '1.4'))).toMatchObject({
    metadata: { tools: [{ name: 'a' }] },
  });
  const components = '<components><component type="application"><name>a</name></component></components>';
  expect(read(bom(`<metadata><tools>${components}</tools></metadata>`))).toMatchObject({
    metadata: { tools: { components: [{ type: 'application', name: 'a' }] } },
  });
});

test('members of later versions are kept where they are texts', () => {
  const component =
    '<component type="library" isExternal="true"><name>a</name><versionRange>vers:npm/1</versionRange></component>';
  expect(read(bom(`<components>${component}</components>`, '1.7'))).toMatchObject({
    components: [{ name: 'a', versionRange: 'vers:npm/1', isExternal: 'true' }],
  });
});

test('a member that is called like a prototype is a member', () => {
  const { components } = read(
    bom('<components><component type="library"><name>a</name><__proto__>x</__proto__></component></components>'),
  );
  const [component] = components as object[];
  expect(Object.getPrototypeOf(component)).toBe(Object.prototype);
});

test.each([
  [
    'entities that expand',
    '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' +
      bom('<metadata><timestamp>&b;</timestamp></metadata>').replace(/^.*\?>/, ''),
  ],
])('does not expand %s', (_, text) => {
  expect(read(text)).toMatchObject({ metadata: { timestamp: '&b;' } });
});

test.each([
  ['another document', '<html/>', 'sbom/unknown-format'],
  ['another namespace', '<bom xmlns="urn:x"/>', 'sbom/unknown-format'],
  ['half a document', '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>', 'xml/malformed'],
  [
    'components too deep',
    bom('<components><component type="a">'.repeat(300) + '</component></components>'.repeat(300)),
    'sbom/malformed',
  ],
])('refuses %s', (_, text, code) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code }));
});
