// What S3 says in XML (Amazon S3 API Reference: ListObjectsV2, Error responses).
import { Fault } from '../../lib/faults.ts';
import { readXml, xmlChildren, xmlName, xmlText } from '../../lib/xml.ts';

/** The largest page of a listing, and the largest error, that is read. */
export const LISTING_LIMIT = 8 << 20;
export const ERROR_LIMIT = 64 << 10;

export interface Listing {
  readonly keys: readonly string[];
  /** Folders, with their slash. */
  readonly prefixes: readonly string[];
  /** To ask for what follows; `undefined` at the end. */
  readonly next: string | undefined;
}

/** @throws Fault `s3/answer`, `xml/malformed` */
export function parseListing(bytes: Buffer, what: string): Listing {
  const root = readXml(bytes, what);
  const isCut = xmlText(root, 'IsTruncated');
  const next = xmlText(root, 'NextContinuationToken');
  const isWhole = isCut === 'false' || (isCut === 'true' && next !== undefined);
  if (xmlName(root) !== 'ListBucketResult' || !isWhole) throw badAnswer(what, 'it is no listing');
  const named = (name: string, member: string): string[] =>
    xmlChildren(root, name).map((one) => {
      const text = xmlText(one, member);
      if (text === undefined) throw badAnswer(what, `it has a ${name} without a ${member}`);
      return text;
    });
  return {
    keys: named('Contents', 'Key'),
    prefixes: named('CommonPrefixes', 'Prefix'),
    next: isCut === 'true' ? next : undefined,
  };
}

export interface S3Error {
  /** Such as `NoSuchBucket`; empty where the answer does not say. */
  readonly code: string;
  readonly message: string;
}

export function parseError(bytes: Buffer): S3Error {
  try {
    const root = readXml(bytes, 'the answer');
    const [code = '', message = ''] = [xmlText(root, 'Code'), xmlText(root, 'Message')];
    return { code: code.slice(0, 100), message: message.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 300) };
  } catch (fault) {
    if (fault instanceof Fault) return { code: '', message: '' };
    throw fault;
  }
}

export function badAnswer(what: string, why: string): Fault {
  return new Fault(
    's3/answer',
    `${what} cannot be used: ${why}.`,
    'Check that the endpoint speaks the API of Amazon S3.',
  );
}
