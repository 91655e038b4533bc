import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modulePath } from './module.ts';
import { pinOf } from './pin.ts';
import { shownReference } from '../reference.ts';

let folder: string;
const silent = () => undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-pin-'));
  writeFileSync(join(folder, 'a pin'), '12 34\r\n');
  writeFileSync(join(folder, 'two'), '1234\n5678\n');
  writeFileSync(join(folder, 'none'), '\n');
  writeFileSync(join(folder, 'libtoken.so'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a PIN', () => {
  test('is the line of a file by its path or URI; else in the URI, with a warning; else in the environment', async () => {
    const environment = { COSIGN_PKCS11_PIN: 'env' };
    expect(await pinOf({ pinSource: join(folder, 'a pin') }, environment, silent)).toBe('12 34');
    const uri = `file://${encodeURI(join(folder, 'a pin'))}`;
    expect(await pinOf({ pinSource: uri }, environment, silent)).toBe('12 34');
    expect(await pinOf({ pinSource: uri.replace('file://', 'FILE:') }, environment, silent)).toBe('12 34');
    const warnings: string[] = [];
    expect(await pinOf({ pinValue: '1' }, environment, (line) => warnings.push(line))).toBe('1');
    expect(warnings).toEqual([expect.stringContaining('use pin-source')]);
    expect(await pinOf({}, environment, silent)).toBe('env');
    expect(await pinOf({}, {}, silent)).toBeUndefined();
  });

  test.each([
    ['a command', '|cat /etc/pin', 'names a command'],
    ['a relative path', 'pin', 'is no absolute path'],
    ['a file of another machine', 'file://host/pin', 'is no file on this machine'],
    ['half an escape', 'file:///%E0%A4%A', 'is no file on this machine'],
  ])('is refused from %s', async (_, pinSource, said) => {
    const fault = { code: 'key/pin-source', message: expect.stringContaining(said) };
    await expect(pinOf({ pinSource }, {}, silent)).rejects.toMatchObject(fault);
  });

  test.each(['two', 'none'])('is refused from a file with other than one line: %s', async (name) => {
    await expect(pinOf({ pinSource: join(folder, name) }, {}, silent)).rejects.toMatchObject({
      code: 'key/pin-source',
    });
  });

  test('does not stand in what is shown of a reference', () => {
    expect(shownReference('pkcs11:token=t?pin-value=1&module-path=/m.so')).toBe('pkcs11:token=t?module-path=/m.so');
    expect(shownReference('a/b.key')).toBe('a/b.key');
  });
});

describe("a token's library", () => {
  test('is the one of the URI, before that of the environment', async () => {
    const library = join(folder, 'libtoken.so');
    const environment = { COSIGN_PKCS11_MODULE_PATH: library };
    expect(await modulePath({ modulePath: library }, {})).toBe(library);
    expect(await modulePath({ modulePath: folder, moduleName: 'token' }, {})).toBe(library);
    expect(await modulePath({}, environment)).toBe(library);
    await expect(modulePath({ modulePath: `${library}x` }, environment)).rejects.toMatchObject({
      code: 'key/module-missing',
    });
    await expect(modulePath({ moduleName: 'no-such-token' }, environment)).rejects.toMatchObject({
      code: 'key/module-missing',
    });
  });

  test.each([{ modulePath: 'libtoken.so' }, { moduleName: '../libtoken' }])(
    'is never looked for beside: %j',
    async (uri) => {
      await expect(modulePath(uri, {})).rejects.toMatchObject({ code: 'key/uri' });
    },
  );
});
