// awskms:// references, as cosign takes them: an endpoint in place of AWS, or none, and what AWS calls a KeyId.
import { KmsFaults } from '../faults.ts';

export interface AwsKey {
  /** `HOST[:PORT]`, asked by https. */
  readonly endpoint: string | undefined;
  /** The name or ARN of a key or an alias. */
  readonly id: string;
  /** `alias/…` where it is one. */
  readonly alias: string | undefined;
  /** Of an ARN. */
  readonly region: string | undefined;
}

const ENDPOINT = /^(?:[\w.-]+(?::\d{1,5})?|\[::1\]:\d{1,5})?$/;
const ALIAS = /^alias\/[\w/-]{1,250}$/;
const KEY = /^(?:[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}|mrk-[\da-f-]{32,36})$/i;
const ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]{1,63}):\d{12}:(?:key\/(.+)|(alias\/.+))$/;

/** @throws Fault `key/kms-settings` */
export function awsKey(name: string): AwsKey {
  const slash = name.indexOf('/');
  const [endpoint, id] = [name.slice(0, Math.max(0, slash)), name.slice(slash + 1)];
  const [, region, key, alias] = ARN.exec(id) ?? [
    undefined,
    undefined,
    ...(id.startsWith('alias/') ? [undefined, id] : [id]),
  ];
  const isKey = alias === undefined ? KEY.test(key ?? '') : ALIAS.test(alias);
  if (slash >= 0 && isKey && ENDPOINT.test(endpoint)) return { endpoint: endpoint || undefined, id, alias, region };
  throw new KmsFaults('AWS KMS', `awskms://${name}`).settings(
    `awskms://${name.slice(0, 300)} names no key`,
    'Write awskms:///alias/NAME, awskms:///KEY-ID or awskms:///arn:aws:kms:REGION:ACCOUNT:key/KEY-ID, with HOST:PORT behind awskms:// for another endpoint.',
  );
}
