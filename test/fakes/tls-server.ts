// HTTPS on loopback, with an authority of its own.
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RequestListener } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { certificatePem } from '../../src/x509/pem.ts';
import { extension, extensions, type FakeIssuer, fakeIssuer, fakeKey, issue, octetsTagged, seq } from './authority.ts';
import type { Request } from './server.ts';

const DAY = 86_400;

export interface IssuedPem {
  readonly certificate: string;
  readonly key: string;
}

/** An authority for servers and clients. */
export class TlsAuthority {
  readonly #issuer: FakeIssuer;

  constructor() {
    const now = Math.floor(Date.now() / 1000);
    this.#issuer = fakeIssuer('an authority of tests', [now - DAY, now + DAY]);
  }

  get pem(): string {
    return certificatePem(this.#issuer.certificate);
  }

  /** A certificate for 127.0.0.1 and for a client of that name. */
  issue(subject: string): IssuedPem {
    const now = Math.floor(Date.now() / 1000);
    const { privateKey, spki } = fakeKey();
    const addresses = seq(
      octetsTagged(0x87, Buffer.from([127, 0, 0, 1])),
      octetsTagged(0x82, Buffer.from('localhost')),
    );
    const certificate = issue(this.#issuer, {
      subject,
      spki,
      notBefore: now - DAY,
      notAfter: now + DAY,
      extensions: [extension('2.5.29.17', addresses), extensions.usage('0780')],
    });
    return {
      certificate: certificatePem(certificate),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    };
  }

  /** Lets this whole process trust it, until the disposal. */
  trusted(): Disposable {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, this.pem]);
    return { [Symbol.dispose]: () => setDefaultCACertificates(before) };
  }
}

/** A server on a free port of 127.0.0.1. */
export class TlsServer implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Clients may show a certificate of the authority. */
  static async start(authority: TlsAuthority, listener: RequestListener): Promise<TlsServer> {
    const { certificate, key } = authority.issue('a server of tests');
    const options = { cert: certificate, key, ca: authority.pem, requestCert: true, rejectUnauthorized: false };
    const server = createServer(options, listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TlsServer(server);
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Who showed a certificate that the authority issued. */
export function clientOf(request: Request): string | undefined {
  const socket = request.socket as TLSSocket;
  return socket.authorized ? String(socket.getPeerCertificate().subject.CN) : undefined;
}
