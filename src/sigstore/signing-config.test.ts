import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chooseServices, parseSigningConfig, type SigningService } from './signing-config.ts';

// Written by cosign 3.1.
const COSIGN = readFileSync(new URL('../../test/conformance/cosign/signing_config.json', import.meta.url));
const NOW = 1_800_000_000;

test('reads what cosign wrote', () => {
  const config = parseSigningConfig(COSIGN, 'c');
  expect(config.logs).toMatchObject([{ url: 'http://127.0.0.1:19084', version: 2, operator: 'local' }]);
  expect(config.logSelection).toEqual({ selector: 'ANY', count: undefined });
  expect(config.certificateAuthorities.length).toBe(1);
});

test('refuses what is none, and an older one', () => {
  const old = {
    ...(JSON.parse(COSIGN.toString()) as object),
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json',
  };
  expect(() => parseSigningConfig(Buffer.from(JSON.stringify(old)), 'c')).toThrow(
    'c is not a signing configuration v0.2: mediaType',
  );
});

const service = (url: string, operator: string, version = 2, start = 0, end?: number): SigningService => ({
  url,
  operator,
  version,
  validFor: { start, end },
});
const chosen = (list: SigningService[], selector: 'ALL' | 'ANY' | 'EXACT', count?: number): string[] =>
  chooseServices(list, { selector, count }, [1, 2], NOW).map(({ url }) => url);

test('chooses one of each operator: the newest version that it speaks, in its time', () => {
  const list = [
    service('old', 'a', 1),
    service('new', 'a', 2),
    service('newest', 'a', 3),
    service('over', 'b', 2, 0, NOW - 1),
    service('later', 'b', 2, NOW + 1),
    service('b', 'b', 1),
  ];
  expect(chosen(list, 'ALL')).toEqual(['new', 'b']);
  expect(chosen(list, 'ANY')).toEqual(['new']);
  expect(chosen(list, 'EXACT', 2)).toEqual(['new', 'b']);
  expect(() => chosen(list, 'EXACT', 3)).toThrow('has 2 usable services where 3 are asked for');
  expect(() => chosen([], 'ALL')).toThrow('has 0 usable services');
});
