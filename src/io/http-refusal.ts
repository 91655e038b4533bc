// What a service says where it refuses: JSON as the clouds' services and OAuth (RFC 6749, 5.2) write it, else its text.
const LONGEST = 300;

/**
 * The sentence in the body of an error, without its full stop, on one line of at most 300 characters; empty when there is none.
 * @param secrets what must not be shown, should the service send it back
 */
export function refusalText(body: Uint8Array, secrets: readonly string[] = []): string {
  const whole = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  let text = sentenceOf(whole) ?? whole;
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '…');
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.slice(0, LONGEST).replace(/\.$/, '');
}

function sentenceOf(text: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(body));
  const inner = members.get('error');
  const within = typeof inner === 'object' && inner !== null && 'message' in inner ? inner.message : undefined;
  const said = [...['message', 'Message', 'error_description', 'error'].map((name) => members.get(name)), within];
  return said.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}
