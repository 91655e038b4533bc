import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boms } from '../../../test/fakes/boms.ts';
import { toSpdx } from '../to-spdx.ts';
import type { BomFile } from '../types.ts';
import { writeBom } from '../write.ts';
import { fileRows } from './file-rows.ts';

const tool = { name: 'temper', version: '1.0.0' };

test('what is written of files and of what contains them is what the document in memory has', () => {
  fc.assert(
    fc.property(boms, (bom) => {
      const text = [...writeBom(bom, 'spdx-json', tool)].join('');
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(toSpdx(bom, tool))));
      // One line for each element of a list.
      expect(text.split('\n').filter((line) => line.startsWith('{"SPDXID":"SPDXRef-File-'))).toHaveLength(
        bom.files.length,
      );
    }),
  );
});

const one: BomFile = {
  path: 'a',
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  sha1: '1'.repeat(40),
  sha256: '2'.repeat(64),
  size: 1,
  target: undefined,
  layer: `sha256:${'a'.repeat(64)}`,
  owner: undefined,
};

test('files that follow each other say each their own', () => {
  const changes: readonly Partial<BomFile>[] = [
    {},
    { mode: 0o755 },
    { uid: 1 },
    {},
    { gid: 1 },
    { layer: `sha256:${'b'.repeat(64)}` },
    { layer: '' },
    { owner: { step: 'one' } },
    { owner: { step: 'another' } },
    { kind: 'symlink', target: 'to' },
    { size: 12 },
  ];
  const rows = JSON.parse(
    `[${[...fileRows({ files: changes.map((change) => ({ ...one, ...change })) })].join(',\n')}]`,
  );
  expect(rows.map(({ comment }: { comment: string }) => comment.replace(/([ab])\1+/, '$1'))).toEqual([
    'in layer sha256:a: file, mode 0644, owner 0:0, 1 bytes',
    'in layer sha256:a: file, mode 0755, owner 0:0, 1 bytes',
    'in layer sha256:a: file, mode 0644, owner 1:0, 1 bytes',
    'in layer sha256:a: file, mode 0644, owner 0:0, 1 bytes',
    'in layer sha256:a: file, mode 0644, owner 0:1, 1 bytes',
    'in layer sha256:b: file, mode 0644, owner 0:0, 1 bytes',
    'file, mode 0644, owner 0:0, 1 bytes',
    'in layer sha256:a, made by the build step "one": file, mode 0644, owner 0:0, 1 bytes',
    'in layer sha256:a, made by the build step "another": file, mode 0644, owner 0:0, 1 bytes',
    'in layer sha256:a: symlink, mode 0644, owner 0:0, 1 bytes, to to',
    'in layer sha256:a: file, mode 0644, owner 0:0, 12 bytes',
  ]);
});

test('digests that an SBOM states are texts, whatever they hold, and in lower case', () => {
  const sha1 = '"}],"fileName":"./another"},{"x":"\u0100';
  const [row] = JSON.parse(`[${[...fileRows({ files: [{ ...one, sha1, sha256: 'AB' }] })].join(',\n')}]`) as {
    fileName: string;
    checksums: { checksumValue: string }[];
  }[];
  expect(row?.fileName).toBe('./a');
  expect(row?.checksums.map(({ checksumValue }) => checksumValue)).toEqual([sha1.toLowerCase(), 'ab']);
});
