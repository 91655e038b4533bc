/**
 * Decodes base64 (RFC 4648, 4 or 5: DSSE allows both alphabets) only in its one canonical form: padded, without white
 * space, without stray bits, not mixing the alphabets. `undefined` for anything else.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const url = /[-_]/.test(text);
  if (url && /[+/]/.test(text)) return undefined;
  const standard = url ? text.replaceAll('-', '+').replaceAll('_', '/') : text;
  const bytes = Buffer.from(standard, 'base64');
  return bytes.toString('base64') === standard ? bytes : undefined;
}
