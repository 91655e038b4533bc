// Where a log in object storage is: `s3://BUCKET/PREFIX`.
import { awsHost } from '../../io/aws/settings.ts';
import { Fault } from '../../lib/faults.ts';
import { beneath } from '../../lib/urls.ts';

export interface S3Address {
  readonly bucket: string;
  /** Of every key, with its slash at the end; empty for a whole bucket. */
  readonly prefix: string;
}

/** Keys have 1024 bytes; a log needs about a hundred. */
const LONGEST_PREFIX = 800;

export function isS3Address(text: string): boolean {
  return /^s3:/i.test(text);
}

/**
 * Reads `s3://BUCKET/PREFIX`, with or without a slash at the end.
 * @throws Fault `s3/address`; what needs escapes in an address of the web is not taken as part of a prefix
 */
export function parseS3Address(text: string): S3Address {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  const prefix = rest.replace(/\/$/, '');
  const segments = prefix === '' ? [] : prefix.split('/');
  const isClean = segments.every((segment) => /^[A-Za-z0-9._-]+$/.test(segment) && !/^\.{1,2}$/.test(segment));
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..') || !isClean) throw badAddress(text);
  if (prefix.length > LONGEST_PREFIX) throw badAddress(text);
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

/**
 * The address of a bucket, with a slash at the end.
 * @param endpoint asked in place of AWS, by path; at AWS a bucket has a host of its own, unless its name has dots, which no
 * certificate there covers
 */
export function bucketUrl(bucket: string, region: string, endpoint: URL | undefined): URL {
  if (endpoint !== undefined) return beneath(endpoint, `${bucket}/`);
  const host = awsHost('s3', region);
  return new URL(bucket.includes('.') ? `https://${host}/${bucket}/` : `https://${bucket}.${host}/`);
}

function badAddress(text: string): Fault {
  return new Fault(
    's3/address',
    `"${text.slice(0, 200)}" is no place in object storage.`,
    'Write s3://BUCKET/PREFIX: a bucket has 3 to 63 small letters, digits, dots and hyphens, a prefix letters, digits, dots, hyphens and underscores.',
  );
}
