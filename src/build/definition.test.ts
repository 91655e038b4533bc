import { expect, test } from 'vitest';
import { parseDefinition } from './definition.ts';

const good = `name: app
contents:
  repositories: ["deb debian: trixie main"]
  packages: [nodejs]
`;

test('reads a definition and fills in what it leaves out', () => {
  const definition = parseDefinition(good, 'app.yaml');
  expect(definition.platforms).toEqual(['linux/amd64', 'linux/arm64']);
  expect(definition['work-dir']).toBe('/');
});

test.each([
  ['colour: blue', 'app.yaml:5: the field "colour" is unknown.'],
  ['tests: []', 'app.yaml:5: the field "tests" is not supported.'],
  ['suffix: x', 'app.yaml:5: the field "suffix" is not supported.'],
  ['paths: [{type: delete, path: /x, if: y}]', 'the field "paths.0.if" is not supported.'],
  ['entrypoint: node', 'app.yaml:5: the field "entrypoint" is invalid'],
  ['work-dir: a/b', 'must be an absolute path'],
  ['work-dir: /a/../b', 'must be an absolute path'],
  ['paths: [{type: file, path: /x, content: a, mode: "4755"}]', 'without setuid'],
  ['accounts: {users: [{name: a, uid: 1}, {name: b, uid: 1}]}', 'name the uid 1 twice'],
  ['accounts: {run-as: ghost}', 'names "ghost", who is not among accounts.users'],
  ['environment: {A: "${NOPE}"}', 'uses ${NOPE}, which vars does not define'],
  ['environment: {A: "${constructor}"}', 'uses ${constructor}, which vars does not define'],
  [
    'a: [',
    'app.yaml:6 is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
  ],
  ['name: twice', 'is not valid YAML'],
])('refuses %s', (line, message) => {
  expect(() => parseDefinition(`${good}${line}\n`, 'app.yaml')).toThrow(message);
});

test('names the line of a field that stands deep', () => {
  expect(() =>
    parseDefinition(good.replace('packages: [nodejs]', 'packages: [nodejs]\n  builds: []'), 'app.yaml'),
  ).toThrow('app.yaml:5: the field "contents.builds" is not supported.');
});

test('puts variables in, and leaves an escaped one alone', () => {
  const definition = parseDefinition(`${good}vars: {V: 20}\nenvironment: {A: "v\${V}", B: "$\${V}"}\n`, 'app.yaml');
  expect(definition.environment).toEqual({ A: 'v20', B: '${V}' });
});

test('refuses aliases that expand without bound', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n`;
  expect(() => parseDefinition(bomb, 'b.yaml')).toThrow('b.yaml is not valid YAML: Excessive alias count');
});
