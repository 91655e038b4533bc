// The real import graph: every way in which a TypeScript file can name another.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import { effectModules, type Layer } from './layers.ts';

export interface Import {
  /** Relative to the root, `/` between segments. */
  readonly from: string;
  /** What stands in the source; `undefined` for `import()` of a computed name. */
  readonly specifier: string | undefined;
  readonly line: number;
}

/** The imports of one file: `import`, `import type`, `export … from`, `import()`, `import('…')` in types, `import = require()`. */
export function importsOf(file: string, source: string): Import[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message ?? 'syntax error'}`);
  const found: Import[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
      return;
    }
    if (typeof node !== 'object' || node === null || !('type' in node)) return;
    const at = node as { type: string; start: number; source?: unknown; argument?: unknown; expression?: unknown };
    const add = (value: unknown) =>
      found.push({ from: file, specifier: literal(value), line: source.slice(0, at.start).split('\n').length });
    if (at.type === 'ImportDeclaration' || at.type === 'ExportAllDeclaration' || at.type === 'ImportExpression')
      add(at.source);
    else if (at.type === 'ExportNamedDeclaration' && at.source !== null && at.source !== undefined) add(at.source);
    else if (at.type === 'TSImportType') add(at.source ?? at.argument);
    else if (at.type === 'TSExternalModuleReference') add(at.expression);
    for (const member of Object.values(node)) visit(member);
  };
  visit(program);
  return found;
}

function literal(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if ('value' in node && typeof node.value === 'string') return node.value;
  return 'literal' in node ? literal(node.literal) : undefined;
}

/** Files under src/ that the program consists of: no tests, no contract suites, no declarations. */
export function sourceFiles(root: string): string[] {
  return globSync('src/**/*.ts', { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => !/\.(test|contract|d)\.ts$/.test(file))
    .sort();
}

export function readImports(root: string): Import[] {
  return sourceFiles(root).flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));
}

function folderOf(file: string): string {
  return file.split('/')[1] ?? '';
}

/** Imports that the table does not allow, one line each: `src/a/x.ts:3 imports src/b/y.ts: a may not import b`. */
export function violations(imports: readonly Import[], layers: readonly Layer[]): string[] {
  const table = new Map(layers.map((layer) => [layer.folder, layer]));
  return imports.flatMap(({ from, specifier, line }) => {
    const where = `${from}:${line}`;
    const folder = folderOf(from);
    const layer = table.get(folder);
    if (layer === undefined) return [`${where}: the folder src/${folder} is not in tools/layers.ts`];
    if (specifier === undefined) return [`${where} imports a computed name: nobody can tell what`];
    if (!specifier.startsWith('.')) {
      const bare = specifier.replace(/^node:/, '');
      return folder !== 'io' && effectModules.includes(bare)
        ? [`${where} imports ${specifier}: only io may have effects`]
        : [];
    }
    const target = relative('.', join(dirname(from), specifier))
      .split(sep)
      .join('/');
    const to = folderOf(target);
    if (!target.startsWith('src/')) return [`${where} imports ${target}: outside src`];
    return to === folder || layer.imports.includes(to)
      ? []
      : [`${where} imports ${target}: ${folder} may not import ${to}`];
  });
}
