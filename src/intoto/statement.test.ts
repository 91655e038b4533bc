import { expect, test } from 'vitest';
import { predicateTypeOf, predicateTypes } from './predicates.ts';
import { parseStatement, statementAbout, statementBytes } from './statement.ts';

const digest = `sha256:${'ab'.repeat(32)}` as const;

test('reads what it writes, the same bytes for the same statement', () => {
  const statement = statementAbout({ digest, name: 'image' }, predicateTypes.spdx, { b: 1, a: [2] });
  expect(statementBytes(statement).toString()).toBe(
    `{"_type":"https://in-toto.io/Statement/v1","predicate":{"a":[2],"b":1},"predicateType":"https://spdx.dev/Document","subject":[{"digest":{"sha256":"${'ab'.repeat(32)}"},"name":"image"}]}`,
  );
  expect(parseStatement(statementBytes(statement))).toEqual(statement);
});

test('reads the older version too', () => {
  const bytes = statementBytes({
    ...statementAbout({ digest }, 'https://x.example/p', {}),
    _type: 'https://in-toto.io/Statement/v0.1',
  });
  expect(parseStatement(bytes)._type).toBe('https://in-toto.io/Statement/v0.1');
});

test.each([
  ['of another type', { _type: 'https://in-toto.io/Statement/v2' }, '_type'],
  ['without subjects', { subject: [] }, 'subject'],
  [
    'with a subject whose digest is in capitals',
    { subject: [{ digest: { sha256: 'AB'.repeat(32) } }] },
    'malformed sha256',
  ],
  ['with a subject without a digest', { subject: [{ name: 'x' }] }, 'subject.0.digest'],
  ['without a predicate type', { predicateType: '' }, 'predicateType'],
])('refuses a statement %s', (_, change, reason) => {
  const bytes = Buffer.from(JSON.stringify({ ...statementAbout({ digest }, 'https://x.example/p', {}), ...change }));
  expect(() => parseStatement(bytes)).toThrow(reason);
});

test('knows the short names of predicate types, and takes any URI', () => {
  expect(predicateTypeOf('slsaprovenance1')).toBe('https://slsa.dev/provenance/v1');
  expect(predicateTypeOf('spdxjson')).toBe('https://spdx.dev/Document');
  expect(predicateTypeOf('https://x.example/p')).toBe('https://x.example/p');
  expect(predicateTypeOf('toString')).toBeUndefined();
});
