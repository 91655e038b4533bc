/** Decodes base64 (RFC 4648, 4) only in its one canonical form: padded, no white space, no stray bits; `undefined` for anything else. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** A SHA-256 hash in base64; `undefined` for anything else. */
export function decodeHash(text: string): Buffer | undefined {
  const bytes = text.length === 44 ? decodeBase64(text) : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}
