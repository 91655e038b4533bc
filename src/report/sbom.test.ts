import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type SbomFormat, sbomFormats } from '../bom/formats.ts';
import type { Bom, BomPackage } from '../bom/types.ts';
import { sbomRenderer } from './sbom.ts';

const tool = { name: 'temper', version: '0.1.0' };
const renderers = new Map(
  await Promise.all(sbomFormats.map(async ({ name }) => [name, await sbomRenderer(name)] as const)),
);
const render = (bom: Bom, format: SbomFormat) => [...(renderers.get(format)?.(bom, tool) ?? [])].join('');

function pkg(name: string, dependencies: readonly string[] = [], more: Partial<BomPackage> = {}): BomPackage {
  return {
    purl: `pkg:npm/${name}@1`,
    kind: 'npm',
    name,
    version: '1',
    architecture: undefined,
    source: undefined,
    maintainer: undefined,
    description: undefined,
    homepage: undefined,
    archive: undefined,
    licence: undefined,
    dependencies: dependencies.map((one) => `pkg:npm/${one}@1`),
    excludedDependencies: [],
    ...more,
  };
}

function bomOf(...packages: readonly BomPackage[]): Bom {
  return {
    subject: {
      name: 'app',
      version: '2',
      platform: undefined,
      configDigest: undefined,
      diffIds: [],
      created: 0,
      distribution: undefined,
    },
    packages,
    files: [],
  };
}

test('the tree shows what a package needs once, and those that need each other', () => {
  const bom = bomOf(pkg('a', ['b', 'c']), pkg('b', ['c']), pkg('c', ['d']), pkg('d'), pkg('x', ['y']), pkg('y', ['x']));
  expect(render(bom, 'tree')).toBe(`app 2: 6 packages, 6 relationships
├── a 1 npm
│   ├── b 1 npm
│   │   └── c 1 npm
│   │       └── d 1 npm
│   └── c 1 npm (see above)
└── x 1 npm
    └── y 1 npm
        └── x 1 npm (see above)
`);
});

test('a chain of a hundred thousand packages ends', () => {
  const chain = Array.from({ length: 100_000 }, (_, i) => pkg(`p${i}`, i === 99_999 ? [] : [`p${i + 1}`]));
  const lines = render(bomOf(...chain), 'tree').split('\n');
  expect(lines.length).toBeGreaterThan(100_000);
  expect(lines[100]).toMatch(/p99 1 npm \(see below\)$/);
});

test('the table leaves out columns that are empty, and control characters', () => {
  const bom = bomOf(
    pkg('b\u001b[31m'),
    pkg('a', [], { licence: { expression: 'MIT', texts: {}, copyright: undefined } }),
  );
  expect(render(bom, 'table')).toBe(
    'PACKAGE    VERSION  TYPE  LICENCE\na          1        npm   MIT\nb\\x1b[31m  1        npm\n\n2 packages, 0 relationships (2 npm)\n',
  );
  expect(render(bomOf(), 'table')).toBe('no packages\n');
});

test('the table counts layers from the lowest, cuts places from their start and marks what is only declared', () => {
  const [low, high] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`] as const;
  const path = `a/${'deep/'.repeat(20)}package.json`;
  const bom = bomOf(
    pkg('a', [], { locations: [{ path, layer: high }] }),
    pkg('b', [], {
      locations: [
        { path: 'b', layer: low },
        { path, layer: high },
      ],
      evidence: 'declared',
    }),
  );
  const text = render({ ...bom, subject: { ...bom.subject, diffIds: [low, high] } }, 'table');
  expect(text).toBe(
    [
      'PACKAGE  VERSION  TYPE  LAYER  IN',
      `a        1        npm   2      …${path.slice(-43)}`,
      'b        1        npm   1 +1   /b +1 (declared only)',
      '',
      '2 packages, 0 relationships (2 npm)',
      '',
    ].join('\n'),
  );
  expect(render(bom, 'table')).not.toContain('LAYER');
});

test('the graph has every package and need, with quotes and backslashes as they are', () => {
  const bom = bomOf(pkg('a"];x\\', ['b']), pkg('b'));
  const text = render({ ...bom, packages: [{ ...pkg('a"];x\\', ['b']), purl: 'pkg:npm/a@1' }, pkg('b')] }, 'dot');
  expect(text).toContain('label="a\\"];x\\\\\\n1"');
  expect(text).toContain('p0 -> p1;');
});

test('the page names no resource, runs only its own script, and shows hostile names as text', () => {
  const hostile = '<script>alert(1)</script>"\'&';
  const bom = bomOf(pkg('a', ['b'], { description: hostile, maintainer: hostile }), pkg('b', [], { name: hostile }));
  const html = render({ ...bom, subject: { ...bom.subject, name: hostile } }, 'html');
  expect(html).not.toContain('<script>alert');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
  expect(html).not.toMatch(/(?:src|href)="(?!#)/);
  for (const [tag, rule] of [
    ['style', 'style-src'],
    ['script', 'script-src'],
  ] as const) {
    const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html)?.[1] ?? '';
    expect(html).toContain(`${rule} 'sha256-${createHash('sha256').update(content).digest('base64')}'`);
  }
});

test('elements of the page close as they open', () => {
  const bom = bomOf(
    pkg('a', ['b', 'c', 'not-there']),
    pkg('b', ['c']),
    pkg('c', ['d']),
    pkg('d', ['not-there']),
    pkg('x', ['x']),
  );
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, end, name = ''] of render(bom, 'html').matchAll(
    /<(\/?)(ul|li|details|summary|dl|dt|dd|div|a|small)\b/g,
  )) {
    if (end === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  expect(wrong).toEqual([]);
  expect(open).toEqual([]);
});

test('every format is the same twice', () => {
  const bom = bomOf(pkg('a', ['b']), pkg('b'));
  for (const format of ['table', 'tree', 'dot', 'html', 'json', 'purls'] as const)
    expect(render(bom, format)).toBe(render(bom, format));
  expect(render(bom, 'purls')).toBe('pkg:npm/a@1\npkg:npm/b@1\n');
});
