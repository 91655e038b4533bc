// Fulcio: gives certificates to those who hold a key and a token, of the name in the token.
import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { certificatePem } from '../../src/x509/pem.ts';
import { CODE_SIGNING, extensions, fakeIssuer, issue } from './authority.ts';
import { FakeServer, readBody, type Request, type Response } from './server.ts';

const DAY = 86_400;

const Asked = z.object({
  credentials: z.object({ oidcIdentityToken: z.string() }),
  publicKeyRequest: z.object({
    publicKey: z.object({ algorithm: z.literal('ECDSA'), content: z.string() }),
    proofOfPossession: z.string(),
  }),
});
const Claims = z.object({ iss: z.string(), sub: z.string(), email: z.string().optional() });

export interface IssuedParts {
  readonly spki: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Buffer[];
}

export class FakeFulcio implements AsyncDisposable {
  readonly authority = (() => {
    const now = Math.floor(Date.now() / 1000);
    return fakeIssuer('the authority', [now - DAY, now + DAY]);
  })();
  /** Changes what is certified. */
  change: (parts: IssuedParts) => Partial<IssuedParts> = () => ({});
  /** Answers so, whatever is asked. */
  answer: { readonly status: number; readonly body: string } | undefined;
  /** The member that holds the chain. */
  form = 'signedCertificateDetachedSct';
  #server: FakeServer | undefined;

  static async start(): Promise<FakeFulcio> {
    const fulcio = new FakeFulcio();
    fulcio.#server = await FakeServer.start((request, response) => void fulcio.#answer(request, response));
    return fulcio;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer(request: Request, response: Response): Promise<void> {
    const sent = (await readBody(request)).toString('utf8');
    const isAsked = request.method === 'POST' && request.url === '/api/v2/signingCert';
    const { status, body } = this.answer ?? (isAsked ? this.#issue(JSON.parse(sent)) : { status: 404, body: '{}' });
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }

  #issue(request: unknown): { readonly status: number; readonly body: string } {
    const { credentials, publicKeyRequest } = Asked.parse(request);
    const [, payload = ''] = credentials.oidcIdentityToken.split('.');
    const { iss, sub, email } = Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    const key = createPublicKey(publicKeyRequest.publicKey.content);
    const proof = Buffer.from(publicKeyRequest.proofOfPossession, 'base64');
    if (!verify('sha256', Buffer.from(email ?? sub), key, proof)) {
      return {
        status: 400,
        body: '{"code":3,"message":"The signature supplied in the request could not be verified"}',
      };
    }
    const now = Math.floor(Date.now() / 1000);
    const name = email === undefined ? extensions.uri(sub) : extensions.mail(email);
    const parts: IssuedParts = {
      spki: key.export({ type: 'spki', format: 'der' }),
      notBefore: now - 1,
      notAfter: now + 600,
      extensions: [extensions.purpose(CODE_SIGNING), name, extensions.issuer(iss)],
    };
    const leaf = issue(this.authority, { ...parts, ...this.change(parts) });
    const certificates = [leaf, this.authority.certificate].map(certificatePem);
    return { status: 200, body: JSON.stringify({ [this.form]: { chain: { certificates } } }) };
  }
}
