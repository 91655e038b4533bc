// Where AWS' services are asked: region and addresses, as AWS' own tools take them.
import { Fault } from '../../lib/faults.ts';
import type { AwsEnvironment, AwsProfile } from './profiles.ts';

/**
 * The region that the environment names, else the profile, else the one for that case.
 * @throws Fault `aws/no-region`, `aws/region` for what is no region's name
 */
export function awsRegion(environment: AwsEnvironment, profile: AwsProfile | undefined, otherwise = ''): string {
  const named = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || profile?.get('region');
  const region = named || otherwise;
  if (region === '') {
    throw new Fault(
      'aws/no-region',
      'Nothing says which region of AWS is meant.',
      'Set AWS_REGION, such as eu-west-1.',
    );
  }
  return checkedRegion(region);
}

/** The name becomes part of an address. @throws Fault `aws/region` */
export function checkedRegion(region: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(region)) return region;
  throw new Fault('aws/region', `"${region.slice(0, 100)}" is no region of AWS.`, 'Write it as in eu-west-1.');
}

/**
 * Where a service is asked in place of AWS: `AWS_ENDPOINT_URL_S3` for the service `s3`, `AWS_ENDPOINT_URL`, the profile's
 * `endpoint_url`; `undefined` unless one is given.
 * @throws Fault `aws/endpoint` for what is no http or https address
 */
export function awsEndpoint(
  service: string,
  environment: AwsEnvironment,
  profile: AwsProfile | undefined,
): URL | undefined {
  const own = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  const text = own || environment['AWS_ENDPOINT_URL'] || profile?.get('endpoint_url') || '';
  if (text === '') return undefined;
  const url = URL.parse(text);
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url !== null && isPlain && /^https?:$/.test(url.protocol)) return url;
  throw new Fault(
    'aws/endpoint',
    'The endpoint that is given in place of AWS is no http or https address.',
    `Check AWS_ENDPOINT_URL_${service.toUpperCase()} and AWS_ENDPOINT_URL.`,
  );
}

/** AWS' own address of a service in a region, such as https://kms.eu-west-1.amazonaws.com. */
export function awsHost(service: string, region: string): string {
  return `${service}.${checkedRegion(region)}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
