// Why a store does not do what it is asked.
import { Fault } from '../../lib/faults.ts';
import type { S3Error } from './answers.ts';

const HINTS: ReadonlyMap<string, readonly [code: string, hint: string]> = new Map([
  ['NoSuchBucket', ['s3/no-bucket', 'Check the name, or make the bucket first.']],
  ['AccessDenied', ['s3/denied', 'Grant s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket there.']],
  ['InvalidAccessKeyId', ['s3/denied', 'Check the credentials and the endpoint.']],
  ['SignatureDoesNotMatch', ['s3/denied', 'Check the secret key, the region and the endpoint.']],
  ['ExpiredToken', ['s3/denied', 'Get new credentials.']],
  ['RequestTimeTooSkewed', ['s3/clock', "Set this machine's clock."]],
  ['PermanentRedirect', ['s3/region', "Set AWS_REGION to the bucket's own."]],
  ['AuthorizationHeaderMalformed', ['s3/region', "Set AWS_REGION to the bucket's own."]],
]);

/** @param name of the log */
export function refusal(name: string, doing: string, status: number, { code, message }: S3Error): Fault {
  const known = HINTS.get(code === '' && status === 403 ? 'AccessDenied' : code);
  const [faultCode, hint] = known ?? ['s3/failed', 'Try again later, or look into the log of the object storage.'];
  const said = [code, message].filter((text) => text !== '').join(': ');
  const why = said === '' ? `status ${status}` : `status ${status}, ${said.replace(/\.$/, '')}`;
  return new Fault(faultCode, `${name}: ${doing} was answered with ${why}.`, hint);
}

/** A log in such a store would fork as soon as two write to it. */
export function noConditions(name: string): Fault {
  return new Fault(
    's3/no-conditional-writes',
    `The object storage of ${name} does not heed conditions of writes: a log there could not be kept from forking.`,
    'Use a service that heeds If-None-Match and If-Match on PUT, such as Amazon S3, or keep the log in a folder.',
  );
}

export function leaseLost(name: string): Fault {
  return new Fault(
    's3/lease-lost',
    `Another writer took over ${name} while this one lay still.`,
    'Append again: what was not acknowledged may be in the log.',
  );
}
