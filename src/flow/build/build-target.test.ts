import { expect, test } from 'vitest';
import { formatReference } from '../../oci/reference.ts';
import { buildTarget } from './build-target.ts';

const definition = '/srv/images/node.yaml';

test.each([
  [{}, 'oci:node.oci'],
  [{ output: 'oci:out:20' }, 'oci:out:20'],
  [{ push: 'localhost:5000/node:20' }, 'localhost:5000/node:20'],
])('of %j is %s', (options, text) => {
  expect(formatReference(buildTarget({ definition, ...options }))).toBe(text);
});

test.each([
  [{ output: 'out' }, 'option/output'],
  [{ output: '/srv/out:20' }, 'option/output'],
  [{ output: 'localhost:5000/node:20' }, 'option/output'],
  [{ output: 'registry.example/node' }, 'option/output'],
  [{ push: 'oci:out' }, 'option/push'],
])('%j is not guessed at', (options, code) => {
  expect(() => buildTarget({ definition, ...options })).toThrow(expect.objectContaining({ code }));
});
