// The one thing that is read from an EncryptedPrivateKeyInfo (RFC 5958, 3) before OpenSSL sees it: how much work it asks for.

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

const PBKDF2 = Buffer.from('2a864886f70d01050c', 'hex');

/**
 * The rounds of PBKDF2 (RFC 8018, A.2) in an encrypted PKCS#8 key of the PBES2 kind; `undefined` when it uses another
 * derivation (OpenSSL itself bounds scrypt's memory) or cannot be read, which OpenSSL then reports.
 */
export function pbkdf2Iterations(der: Buffer): number | undefined {
  const algorithm = children(children(der)[0]?.content)[0];
  const pbes2 = children(children(algorithm?.content)[1]?.content);
  const [oid, parameters] = children(pbes2[0]?.content);
  if (oid === undefined || !oid.content.equals(PBKDF2)) return undefined;
  const rounds = children(parameters?.content)[1];
  if (rounds?.tag !== 0x02) return undefined;
  return rounds.content.length > 6 ? Number.MAX_SAFE_INTEGER : rounds.content.readUIntBE(0, rounds.content.length);
}

/** The DER elements (X.690, 8.1) of a constructed value, at most eight; none where it is cut short. */
function children(der: Buffer = Buffer.alloc(0)): Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at + 2 <= der.length && found.length < 8) {
    const tag = der.readUInt8(at);
    const first = der.readUInt8(at + 1);
    const longer = first < 0x80 ? 0 : first & 0x7f;
    if (longer > 4 || (first >= 0x80 && longer === 0) || at + 2 + longer > der.length) break;
    const length = longer === 0 ? first : der.readUIntBE(at + 2, longer);
    const start = at + 2 + longer;
    if (start + length > der.length) break;
    found.push({ tag, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}
