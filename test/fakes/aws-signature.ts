// Whether a request carries a valid signature of AWS, version 4, as its services judge it (IAM User Guide, "Create a signed AWS API
// request"; Amazon S3 API Reference, Authenticating Requests: Using the Authorization Header).
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Judged {
  /** The access key that signed; present when the signature is valid. */
  readonly who?: string;
  /** For which region. */
  readonly region?: string;
  /** The error code of S3 otherwise. */
  readonly code?: string;
}

const QUARTER_HOUR = 900_000;

/** @param secrets by access key; @param wanted the service; others than S3 are not told the body's hash by a header */
export function judgeSignature(
  request: IncomingMessage,
  body: Buffer,
  secrets: ReadonlyMap<string, string>,
  wanted = 's3',
): Judged {
  const own = wanted === 's3' ? '' : sha256(body);
  const { authorization = '', 'x-amz-date': date = '', 'x-amz-content-sha256': hash = own } = request.headers;
  const [, who = '', day = '', region = '', service = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  const secret = secrets.get(who);
  if (secret === undefined) return { code: authorization === '' ? 'AccessDenied' : 'InvalidAccessKeyId' };
  const time = Date.parse(String(date).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(Date.now() - time) < QUARTER_HOUR)) return { code: 'RequestTimeTooSkewed' };
  if (!String(date).startsWith(day) || service !== wanted) return { code: 'AuthorizationHeaderMalformed' };
  if (hash !== sha256(body)) return { code: 'XAmzContentSHA256Mismatch' };
  const names = signed.split(';');
  const mustBeSigned = Object.keys(request.headers).filter((name) => /^(host|x-amz-.*|if-.*)$/.test(name));
  if (mustBeSigned.some((name) => !names.includes(name))) return { code: 'AccessDenied' };
  const canonical = [
    request.method,
    pathOf(request),
    queryOf(request),
    ...names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    signed,
    hash,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  const valid = timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'));
  return valid ? { who, region } : { code: 'SignatureDoesNotMatch' };
}

function pathOf({ url = '' }: IncomingMessage): string {
  return decodeURIComponent(url.split('?')[0] ?? '')
    .split('/')
    .map(encoded)
    .join('/');
}

function queryOf({ url = '' }: IncomingMessage): string {
  return [...new URLSearchParams(url.split('?')[1] ?? '')]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
}

/** Everything but letters, digits, `-._~` (UriEncode). */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
