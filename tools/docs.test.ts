// The documentation names what there is: commands, options, fields, checks, dependencies, files.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { Definition } from '../src/build/definition.ts';
import { tool } from '../src/lib/tool.ts';
import { checkIds } from '../src/verify/check.ts';
import { anchorsOf, codeOf, firstCellsOf, linksOf } from './markdown.ts';

const root = join(import.meta.dirname, '..');
const pages = new Map(
  ['*.md', 'docs/*.md', 'data/**/*.md']
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
);
const page = (path: string) => pages.get(path) ?? '';
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  [kind: string]: unknown;
};

async function program(): Promise<Command> {
  const temper = new Command('temper');
  for (const file of globSync('src/cli/commands/*.ts', { cwd: root })) {
    const exported = Object.entries((await import(join(root, file))) as Record<string, unknown>);
    for (const [name, add] of exported) if (name.startsWith('add')) (add as (command: Command) => void)(temper);
  }
  return temper;
}

const temper = await program();
const optionsOf = (command: Command): string[] => command.options.map(({ long }) => long ?? '');
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
const everyOption = new Set([...all(temper).flatMap(optionsOf), '--help', '--version']);
/** Options of cosign and notation that the pages explain. */
const foreign = new Set([
  '--insecure-ignore-tlog',
  '--signature-digest-algorithm',
  '--bundle',
  '--local-image',
  '--id',
  '--plugin-config',
]);

/** What is wrong with the commands and options in a text of code. */
function problemsOf(code: string): string[] {
  if (/^--[a-z]/.test(code)) {
    const option = /^--[a-z-]+/.exec(code)?.[0] ?? '';
    return everyOption.has(option) || foreign.has(option) ? [] : [`no command has ${option}`];
  }
  return [...code.matchAll(/(?:^|[ `$;&])temper ([a-z]+)([^`;&#]*)/g)].flatMap(([, name = '', rest = '']) => {
    if (name === 'help') return [];
    const command = temper.commands.find((one) => one.name() === name);
    if (command === undefined) return [`there is no temper ${name}`];
    const names = /^ ([a-z|]+)/.exec(rest)?.[1]?.split('|') ?? [];
    const below = command.commands.length === 0 ? [command] : command.commands.filter((c) => names.includes(c.name()));
    if (command.commands.length > 0 && below.length !== names.length) return [`there is no temper ${name}${rest}`];
    const known = new Set(below.flatMap(optionsOf));
    return [...rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)]
      .filter(([option]) => !known.has(option))
      .map(([option]) => `temper ${name} has no ${option}`);
  });
}

test('commands and options exist in the program', () => {
  const problems = [...pages].flatMap(([path, text]) =>
    codeOf(text).flatMap(({ line, text: code }) => problemsOf(code).map((problem) => `${path}:${line}: ${problem}`)),
  );
  expect(problems).toEqual([]);
});

test('the search for commands and options finds what is wrong', () => {
  expect(problemsOf('temper frobnicate IMAGE')).toEqual(['there is no temper frobnicate']);
  expect(problemsOf('$ npm ci && npx temper build x.yaml --policy y')).toEqual(['temper build has no --policy']);
  expect(problemsOf('temper key destroy')).toEqual(['there is no temper key destroy']);
  expect(problemsOf('temper attestation list|get IMAGE --predicate')).toEqual([]);
  expect(problemsOf('--plattform linux/amd64')).toEqual(['no command has --plattform']);
  expect(codeOf('a `b` c\n```sh\ntemper x\n```\n')).toEqual([
    { line: 1, text: 'b' },
    { line: 3, text: 'temper x' },
  ]);
});

test('the README names every command and every option', () => {
  const code = codeOf(page('README.md')).map(({ text }) => text);
  const leaves = all(temper).filter((command) => command.commands.length === 0);
  const names = leaves.map((c) => `temper ${c.parent === temper ? '' : `${c.parent?.name() ?? ''} `}${c.name()}`);
  const missing = [...names, ...leaves.flatMap(optionsOf)].filter(
    (name) => !code.some((text) => `${text} `.replace(/[^a-z-]/g, ' ').includes(`${name} `)),
  );
  expect(missing).toEqual([]);
});

test('the README names every environment variable of our own', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
  const sources = files.map((file) => readFileSync(join(root, file), 'utf8'));
  const names = new Set(sources.flatMap((source) => source.match(/\bTEMPER_[A-Z][A-Z_]*/g) ?? []));
  expect(names.size).toBeGreaterThan(2);
  const cells = firstCellsOf(page('README.md'), 'Environment');
  expect([...names].filter((name) => !cells.includes(name))).toEqual([]);
});

function brokenLinks(path: string, text: string): string[] {
  return linksOf(text)
    .filter(({ text: target }) => !/^[a-z]+:/.test(target))
    .filter(({ text: target }) => {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : relative(root, join(root, dirname(path), file));
      if (file !== '' && !existsSync(join(root, to))) return true;
      return anchor !== undefined && !anchorsOf(file === '' ? text : page(to)).includes(anchor);
    })
    .map(({ line, text: target }) => `${path}:${line}: ${target}`);
}

test('every relative link leads somewhere', () => {
  expect([...pages].flatMap(([path, text]) => brokenLinks(path, text))).toEqual([]);
  expect(brokenLinks('docs/x.md', '# A b\n[a](#a-b) [b](nothing.md) [c](../README.md#none) [d](#x)')).toEqual([
    'docs/x.md:2: nothing.md',
    'docs/x.md:2: ../README.md#none',
    'docs/x.md:2: #x',
  ]);
});

test('docs/verify.md has a row for every check, and for no other', () => {
  expect(firstCellsOf(page('docs/verify.md'), 'Checks').sort()).toEqual(Object.keys(checkIds).sort());
});

/** The members of an object schema, under optional, default, array. */
function membersOf(schema: z.ZodType): Record<string, z.ZodType> {
  const at = schema as unknown as {
    shape?: Record<string, z.ZodType>;
    element?: z.ZodType;
    unwrap?: () => z.ZodType;
  };
  if (at.shape !== undefined) return at.shape;
  const inner = at.element ?? at.unwrap?.();
  return inner === undefined ? {} : membersOf(inner);
}

function fieldsOf(schema: z.ZodType, prefix: string): string[] {
  return Object.keys(membersOf(schema)).map((name) => `${prefix}${name}`);
}

test('docs/definition.md has a row for every field, and for no other', () => {
  const top = membersOf(Definition);
  const contents = membersOf(top['contents'] as z.ZodType);
  const fields = [
    ...Object.keys(top),
    ...fieldsOf(top['contents'] as z.ZodType, 'contents.'),
    ...fieldsOf(top['accounts'] as z.ZodType, 'accounts.'),
    ...fieldsOf(contents['files'] as z.ZodType, 'contents.files[].'),
    ...fieldsOf(contents['maintainer-scripts'] as z.ZodType, 'contents.maintainer-scripts[].'),
  ];
  expect(fields.length).toBeGreaterThan(40);
  const rows = ['Fields', 'contents', 'accounts', 'Files', 'Maintainer scripts'].flatMap((heading) =>
    firstCellsOf(page('docs/definition.md'), heading),
  );
  const effects = new Set(['directory', 'file', 'symlink', 'copy']);
  expect(rows.filter((row) => !effects.has(row)).sort()).toEqual([...fields, 'type'].sort());
});

test('docs/definition.md has a row for every type of path, with its fields', () => {
  const paths = membersOf(Definition)['paths'] as unknown as { unwrap: () => { element: { options: z.ZodType[] } } };
  const rows = page('docs/definition.md').split('\n');
  const { options } = paths.unwrap().element;
  expect(options.length).toBe(5);
  for (const option of options) {
    const { type, ...fields } = membersOf(option);
    const row = rows.find((line) => line.startsWith(`| \`${(type as z.ZodLiteral<string>).value}\` | \`path\``)) ?? '';
    const cell = row.split('|')[2] ?? '';
    expect(Object.keys(fields).filter((name) => !cell.includes(`\`${name}\``))).toEqual([]);
  }
});

test('docs/dependencies.md has a row for every dependency, and for no other', () => {
  const kinds = ['dependencies', 'optionalDependencies', 'devDependencies'];
  const names = kinds.flatMap((kind) => Object.keys(packageJson[kind] ?? {}));
  expect(firstCellsOf(page('docs/dependencies.md')).sort()).toEqual(names.sort());
});

test("the program's version is the package's", () => {
  expect(tool.version).toBe(packageJson.version);
});
