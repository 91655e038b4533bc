import { generateKeyPairSync, hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeIssuer, fakeTimestampAuthority } from '../../../test/fakes/authority.ts';
import { publicKeyOf, publicKeyPem } from '../../keys/public.ts';
import { Fault } from '../../lib/faults.ts';
import { parseTrustedRoot, type TrustedRoot } from '../../sigstore/trusted-root.ts';
import { type PartsRequest, writeTrustedRoot } from './trust-parts.ts';

const window = [1_700_000_000, 2_000_000_000] as const;
const authority = fakeTimestampAuthority('time', window);
const above = fakeIssuer('O=Example,CN=above', window);
const below = fakeIssuer('O=Example,CN=below', [1_750_000_000, 1_900_000_000], above);
const key = publicKeyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, 'k');
const ed25519 = publicKeyOf(generateKeyPairSync('ed25519').publicKey, 'k');
const none = { log: [], rekor: [], ctlog: [], fulcio: [], tsa: [] };
let folder: string;
const at = (name: string): string => join(folder, name);

function pem(...chain: readonly Buffer[]): string {
  return chain
    .map((der) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`)
    .join('');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-parts-'));
  writeFileSync(at('key.pub'), publicKeyPem(key));
  writeFileSync(at('ed.pub'), publicKeyPem(ed25519));
  writeFileSync(at('tsa.pem'), pem(...authority.chain));
  writeFileSync(at('ca.pem'), pem(below.certificate, above.certificate));
  writeFileSync(at('wrong.pem'), pem(above.certificate, below.certificate));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function made(parts: Partial<PartsRequest['parts']>, base?: string): Promise<TrustedRoot> {
  const request = { password: '', environment: {}, parts: { ...none, ...parts }, base, output: at('root.json') };
  await writeTrustedRoot(request);
  return parseTrustedRoot(readFileSync(at('root.json')), 'it');
}

async function codeOf(parts: Partial<PartsRequest['parts']>): Promise<string> {
  return await made(parts).then(
    () => 'no fault',
    (fault: unknown) => (fault instanceof Fault ? fault.code : String(fault)),
  );
}

test('each part stands where readers look for it', async () => {
  const root = await made({
    log: [`log.example=${at('ed.pub')},start=2026-01-01,end=2027-01-01T12:00:00Z`],
    rekor: [`https://rekor.example:3000=${at('key.pub')},start=2026-01-01`],
    ctlog: [`https://ct.example/2026=${at('key.pub')}`],
    fulcio: [`https://ca.example=${at('ca.pem')}`],
    tsa: [`https://time.example=${at('tsa.pem')},end=2027-01-01`],
  });
  const [log, rekor] = root.logs;
  expect(root.logs.map(({ url }) => url)).toEqual(['https://log.example', 'https://rekor.example:3000']);
  expect(log?.validFor).toEqual({ start: Date.UTC(2026, 0) / 1000, end: Date.UTC(2027, 0, 1, 12) / 1000 });
  expect(rekor?.id.toString('hex')).toBe(hash('sha256', Buffer.from(key.spki)));
  expect(root.certificateLogs.map(({ id }) => id)).toEqual([rekor?.id]);
  const [ca] = root.certificateAuthorities;
  expect([ca?.name, ca?.chain.length, ca?.validFor]).toEqual([
    'https://ca.example',
    2,
    { start: 1_750_000_000, end: undefined },
  ]);
  expect(root.timestampAuthorities[0]?.validFor).toEqual({ start: window[0], end: Date.UTC(2027, 0) / 1000 });
  const [subject] = (
    JSON.parse(readFileSync(at('root.json'), 'utf8')) as { certificateAuthorities: { subject: object }[] }
  ).certificateAuthorities;
  expect(subject?.subject).toEqual({ organization: 'Example', commonName: 'above' });
});

test("another trusted root's members stay, before what is added", async () => {
  const base = new URL('../../../data/sigstore/trusted_root.json', import.meta.url).pathname;
  const before = parseTrustedRoot(readFileSync(base), 'it');
  const root = await made({ log: [`log.example=${at('ed.pub')}`] }, base);
  expect(root.logs.slice(0, -1)).toEqual(before.logs);
  expect(root.certificateAuthorities).toEqual(before.certificateAuthorities);
  expect(root.logs.at(-1)?.url).toBe('https://log.example');
});

test.each([
  ['nothing at all', 'trust/part', {}],
  ['a part without a file', 'trust/part', { log: ['log.example'] }],
  ['a part without a place', 'trust/part', { log: ['=key.pub'] }],
  ['a time that is none', 'trust/part', { log: ['log.example=key.pub,start=soon'] }],
  ['an authority without an address', 'trust/part', { tsa: ['time.example=tsa.pem'] }],
  ['a log whose name is no host', 'log/origin', { log: ['log.example/x=ed.pub'] }],
  ['a chain in the wrong order', 'trust/chain', { fulcio: ['https://ca.example=wrong.pem'] }],
  ['a key where certificates must be', 'x509/malformed', { fulcio: ['https://ca.example=key.pub'] }],
  ['a key that is not there', 'file/missing', { log: ['log.example=nothing.pub'] }],
])('%s is refused', async (_, code, parts: Record<string, string[]>) => {
  const placed = Object.entries(parts).map(([kind, texts]) => [
    kind,
    texts.map((one) => one.replace(/=([a-z]+\.(?:pub|pem))/, `=${folder}/$1`)),
  ]);
  expect(await codeOf(Object.fromEntries(placed) as Partial<PartsRequest['parts']>)).toBe(code);
});
