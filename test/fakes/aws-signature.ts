// Whether a request with a body carries a valid signature of AWS, version 4 (IAM User Guide, "Create a signed AWS API request").
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from './server.ts';

const QUARTER_HOUR = 900_000;
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface SignedFor {
  readonly region: string;
  readonly service: string;
}

/** For which region and service it is signed; AWS' error code where it is not. */
export function judgeAwsRequest(
  request: Request,
  body: Buffer,
  secrets: Readonly<Record<string, string>>,
): SignedFor | { readonly error: string } {
  const { authorization = '', 'x-amz-date': date = '' } = request.headers;
  const [, who = '', day = '', region = '', service = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  const secret = secrets[who];
  if (secret === undefined) return { error: 'UnrecognizedClientException' };
  const time = String(date).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const names = signed.split(';');
  const isNow = Math.abs(Date.now() - Date.parse(time)) < QUARTER_HOUR && String(date).startsWith(day);
  const required = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))];
  if (!isNow || required.some((name) => !names.includes(name))) return { error: 'InvalidSignatureException' };
  const [path, query = ''] = (request.url ?? '').split('?');
  const headers = names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`);
  const canonical = [request.method, path, query, ...headers, '', signed, sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  const own = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n'));
  return timingSafeEqual(own, Buffer.from(signature, 'hex'))
    ? { region, service }
    : { error: 'InvalidSignatureException' };
}
