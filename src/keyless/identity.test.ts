import { afterEach, beforeEach, expect, test } from 'vitest';
import { extensions, fakeIssuer, fakeKey } from '../../test/fakes/authority.ts';
import { FakeFulcio, type IssuedParts } from '../../test/fakes/fulcio.ts';
import { FakeIssuer, type TokenClaims } from '../../test/fakes/issuer.ts';
import { Http } from '../io/http.ts';
import { isSignature } from '../keys/scheme.ts';
import { messageOf } from '../lib/faults.ts';
import { noRoot, type PreparedRoot } from '../verify/sigstore/trust.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { type KeylessIdentity, keylessIdentity } from './identity.ts';
import { parseIdentityToken } from './token.ts';

const http = new Http({ tries: 1 });
const now = (): number => Math.floor(Date.now() / 1000);
const MAIL = 'dev@acme.example';
let [issuer, fulcio]: [FakeIssuer, FakeFulcio] = [] as never;
beforeEach(async () => {
  [issuer, fulcio] = [await FakeIssuer.start(), await FakeFulcio.start()];
});
afterEach(async () => {
  await issuer[Symbol.asyncDispose]();
  await fulcio[Symbol.asyncDispose]();
});

async function ask(claims?: TokenClaims, root?: PreparedRoot): Promise<KeylessIdentity> {
  const token = parseIdentityToken(issuer.token(claims), 'sigstore', now());
  return await keylessIdentity({ fulcio: new URL(`${fulcio.url}/`), http, token, root, now });
}
const trusting = (certificate: Buffer): PreparedRoot => ({
  ...noRoot,
  certificateAuthorities: [{ name: 'ours', chain: [parseCertificate(certificate)], validFor: {} }],
});

test.each(['signedCertificateDetachedSct', 'signedCertificateEmbeddedSct'])(
  'a key with a certificate of whom the token names (%s)',
  async (form) => {
    fulcio.form = form;
    const { signer, certificate, above, identity } = await ask(undefined, trusting(fulcio.authority.certificate));
    expect(identity).toMatchObject({ subjects: [MAIL], issuer: issuer.url });
    expect(certificate.spki.equals(signer.publicKey.spki)).toBe(true);
    expect(above.map(({ der }) => der)).toEqual([fulcio.authority.certificate]);
    const message = Buffer.from('m');
    expect(isSignature(signer.publicKey, message, await signer.sign(message))).toBe(true);
    const again = await ask();
    expect(again.certificate.spki.equals(certificate.spki)).toBe(false);
  },
);

test('a workload is named by its URI; one that Fulcio names by rules of its own, by that', async () => {
  const sub = 'https://acme.example/workload';
  expect((await ask({ sub })).identity.subjects).toEqual([sub]);
  const workflow = 'https://acme.example/repo/.ci/build.yml@refs/heads/main';
  fulcio.change = ({ extensions: [purpose] }) => ({
    extensions: [purpose ?? Buffer.alloc(0), extensions.uri(workflow), extensions.issuer(issuer.url)],
  });
  expect((await ask({ sub: 'repo:acme/repo:ref:refs/heads/main' })).identity.subjects).toEqual([workflow]);
  await expect(ask({ sub })).rejects.toMatchObject({ code: 'fulcio/certificate' });
});

test('whoever the issuer relies on may stand in the certificate', async () => {
  const connector = 'https://accounts.example';
  fulcio.change = ({ extensions: [purpose, name] }) => ({
    extensions: [purpose ?? Buffer.alloc(0), name ?? Buffer.alloc(0), extensions.issuer(connector)],
  });
  const claims = { email: MAIL, email_verified: true };
  const federated = { ...claims, federated_claims: { connector_id: connector } };
  expect((await ask(federated)).identity.issuer).toBe(connector);
  await expect(ask(claims)).rejects.toMatchObject({
    code: 'fulcio/certificate',
    message: expect.stringContaining(`for which ${connector} vouches`) as string,
  });
});

const replace =
  (index: number, ...parts: readonly Buffer[]) =>
  ({ extensions: all }: IssuedParts): Partial<IssuedParts> => ({
    extensions: all.flatMap((one, i) => (i === index ? parts : [one])),
  });

test.each([
  ["of another's key", () => ({ spki: fakeKey().spki }), "another's key"],
  ['that has expired', () => ({ notAfter: now() - 1 }), 'not valid now'],
  ['that is not valid yet', () => ({ notBefore: now() + 300 }), 'not valid now'],
  [
    'of somebody else',
    replace(1, extensions.mail('other@acme.example')),
    'of other@acme.example, not of dev@acme.example',
  ],
  ['of nobody', replace(1), 'of nobody'],
  ['without an issuer', replace(2), 'nobody vouches'],
])('a certificate %s is refused', async (_, change, words) => {
  fulcio.change = change;
  await expect(ask()).rejects.toMatchObject({
    code: 'fulcio/certificate',
    message: expect.stringContaining(words) as string,
  });
});

test('a certificate by an authority that the trusted root does not have is refused, and one that is not for signing', async () => {
  const other = fakeIssuer('the authority', [now() - 1000, now() + 1000]);
  await expect(ask(undefined, trusting(other.certificate))).rejects.toMatchObject({
    code: 'fulcio/certificate',
    message: expect.stringContaining('no trusted authority') as string,
  });
  fulcio.change = replace(0);
  await expect(ask(undefined, trusting(fulcio.authority.certificate))).rejects.toMatchObject({
    message: expect.stringContaining('not for this purpose') as string,
  });
});

test.each([
  [{ status: 400, body: '{"code":3,"message":"unknown issuer"}' }, 'fulcio/refused', 'status 400: unknown issuer'],
  [{ status: 503, body: '' }, 'fulcio/unavailable', 'status 503'],
  [{ status: 200, body: '{}' }, 'fulcio/certificate', 'no certificate'],
  [{ status: 200, body: 'x' }, 'fulcio/certificate', 'no certificate'],
  [
    { status: 200, body: '{"signedCertificateDetachedSct":{"chain":{"certificates":["x"]}}}' },
    'fulcio/certificate',
    'no certificate in PEM',
  ],
  [{ status: 200, body: 'x'.repeat(2 << 20) }, 'network/too-large', 'more than'],
])('Fulcio that answers %.60j has a name for it', async (answer, code, words) => {
  fulcio.answer = answer;
  await expect(ask()).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string });
});

test('a token that Fulcio sends back is not shown', async () => {
  const raw = issuer.token();
  const token = parseIdentityToken(raw, 'sigstore', now());
  fulcio.answer = { status: 401, body: JSON.stringify({ message: `${raw} is bad` }) };
  const message = await keylessIdentity({ fulcio: new URL(fulcio.url), http, token, now }).then(String, messageOf);
  expect(message).toContain('status 401: … is bad');
});
