// What update-ca-certificates(8) makes, computed: the bundle, the links by name and by subject hash.
import { X509Certificate } from 'node:crypto';
import type { Owner } from '../bom/types.ts';
import { baseOf, type BytePath, compareStrings } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import { subjectHash } from '../x509/subject-hash.ts';
import { fileItem, type Item, symlinkItem } from './item.ts';

export const BUNDLE = 'etc/ssl/certs/ca-certificates.crt';
const FOLDER = 'etc/ssl/certs';

export interface CaCertificate {
  /** Where the certificate's own file stands in the image. */
  readonly path: BytePath;
  readonly pem: Buffer;
}

/**
 * The bundle (certificates in byte order of their paths' last segments, each ending with a newline), a link
 * `NAME.pem` for each, and a link `HASH.N` to that for OpenSSL.
 * @throws Fault `x509/malformed` naming the file, when one is no certificate
 */
export function caItems(certificates: readonly CaCertificate[], owner: Owner, mtime: number): Item[] {
  const sorted = [...certificates].sort(
    (a, b) => compareStrings(baseOf(a.path), baseOf(b.path)) || compareStrings(a.path, b.path),
  );
  const links = new Map<BytePath, string>();
  const perHash = new Map<string, number>();
  for (const { path, pem } of sorted) {
    const name = `${baseOf(path)
      .replace(/\.crt$/, '')
      .replace(/[ ,]/g, '_')
      .replace(/[()]/g, '=')}.pem`;
    if (links.has(`${FOLDER}/${name}`)) continue;
    links.set(`${FOLDER}/${name}`, `/${path}`);
    const hash = hashOf(pem, path);
    const number = perHash.get(hash) ?? 0;
    perHash.set(hash, number + 1);
    links.set(`${FOLDER}/${hash}.${number}`, name);
  }
  return [
    fileItem(BUNDLE, Buffer.concat(sorted.map(({ pem }) => withNewline(pem))), owner, { mtime }),
    ...[...links].map(([path, target]) => symlinkItem(path, target, owner, { mtime })),
  ];
}

/**
 * The certificates of a PEM file, each apart.
 * @throws Fault `x509/malformed` when there is none, or something that is no certificate (a private key is refused by name).
 */
export function pemCertificates(bytes: Buffer, file: string): Buffer[] {
  const text = bytes.toString('latin1');
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new Fault(
      'x509/private-key',
      `${file} holds a private key.`,
      'Give a file with certificates only; a private key must not enter an image.',
    );
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0)
    throw new Fault(
      'x509/malformed',
      `${file} holds no PEM certificate.`,
      'Give PEM files that begin with -----BEGIN CERTIFICATE-----.',
    );
  return blocks.map((block) => {
    const pem = Buffer.from(`${block}\n`, 'latin1');
    hashOf(pem, file);
    return pem;
  });
}

function hashOf(pem: Buffer, file: string): string {
  try {
    return subjectHash(new X509Certificate(pem).raw);
  } catch (cause) {
    throw new Fault(
      'x509/malformed',
      `${file} is no X.509 certificate.`,
      'Give PEM files that begin with -----BEGIN CERTIFICATE-----.',
      { cause },
    );
  }
}

function withNewline(pem: Buffer): Buffer {
  return pem.at(-1) === 0x0a ? pem : Buffer.concat([pem, Buffer.from('\n')]);
}
