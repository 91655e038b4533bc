import { expect, test } from 'vitest';
import { readTagValue } from './tag-value-read.ts';

const head = 'SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: x\n';

test('a file after a package is in it, one before the first is not', () => {
  const { relationships } = readTagValue(
    `${head}FileName: ./a\nSPDXID: SPDXRef-a\n\nPackageName: p\nSPDXID: SPDXRef-p\n\nFileName: ./b\nSPDXID: SPDXRef-b\n`,
  );
  expect(relationships).toEqual([
    { spdxElementId: 'SPDXRef-p', relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-b' },
  ]);
});

test('texts go over lines, whatever the line ends; comments and empty lines are passed over', () => {
  const { packages, creationInfo } = readTagValue(
    `# made by hand\r\n${head.replaceAll('\n', '\r\n')}Creator: Person: A\r\nCreator: Tool: t-1\r\n\r\nPackageName: p\r\nPackageComment: <text>one\r\n\r\nPackageName: not a tag</text>\r\nPackageVersion: 1\r\n`,
  );
  expect(packages).toEqual([{ name: 'p', comment: 'one\n\nPackageName: not a tag', versionInfo: '1' }]);
  expect(creationInfo).toEqual({ creators: ['Person: A', 'Tool: t-1'] });
});

test('annotations stand with what they are about, comments with their relationship and reference', () => {
  const { packages, relationships, annotations } = readTagValue(
    `${head}PackageName: p\nSPDXID: SPDXRef-p\nExternalRef: OTHER x y\nExternalRefComment: <text>why</text>\n` +
      'Relationship: SPDXRef-p OTHER SPDXRef-p\nRelationshipComment: <text>itself</text>\n' +
      'Annotator: Person: A\nAnnotationDate: 2026-01-01T00:00:00Z\nAnnotationType: OTHER\nSPDXREF: SPDXRef-p\nAnnotationComment: <text>good</text>\n' +
      'Annotator: Person: B\nAnnotationDate: 2026-01-01T00:00:00Z\nAnnotationType: REVIEW\nSPDXREF: SPDXRef-DOCUMENT\nAnnotationComment: <text>all</text>\n',
  );
  expect(packages).toMatchObject([
    { externalRefs: [{ referenceLocator: 'y', comment: 'why' }], annotations: [{ comment: 'good' }] },
  ]);
  expect(relationships).toMatchObject([{ comment: 'itself' }]);
  expect(annotations).toMatchObject([{ annotator: 'Person: B', comment: 'all' }]);
});

test.each([
  ['no tag', `${head}\nhello`, 'Line 5 of the SPDX document is no tag and value.'],
  [
    'an unknown tag',
    `${head}Colour: red`,
    'Line 4 of the SPDX document has the tag "Colour", which does not belong there.',
  ],
  [
    'an open text',
    `${head}DocumentComment: <text>a\nb`,
    'Line 4 of the SPDX document opens a text that nothing closes.',
  ],
  ['a bad checksum', `${head}FileName: a\nFileChecksum: abc`, 'Line 5 of the SPDX document is no checksum.'],
  [
    'half a relationship',
    `${head}Relationship: a DEPENDS_ON`,
    'Line 4 of the SPDX document is no relationship of two elements.',
  ],
  ['a bad range', `${head}SnippetSPDXID: a\nSnippetByteRange: 1-2`, 'Line 5 of the SPDX document is no range.'],
])('names the line of %s', (_, text, message) => {
  expect(() => readTagValue(text)).toThrow(expect.objectContaining({ code: 'sbom/malformed', message }));
});

test('a line after a text of several lines keeps its number', () => {
  const text = `${head}DocumentComment: <text>a\nb\nc</text>\nColour: red`;
  expect(() => readTagValue(text)).toThrow(
    expect.objectContaining({ message: expect.stringContaining('Line 7 ') as string }),
  );
});

test('many open texts and long lines take linear time', () => {
  const text = `${head}DocumentComment: ${'<text>'.repeat(500_000)}`;
  expect(() => readTagValue(text)).toThrow(expect.objectContaining({ code: 'sbom/malformed' }));
});
