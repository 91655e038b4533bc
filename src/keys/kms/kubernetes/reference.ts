// k8s:// references: a secret and its namespace, as cosign takes them.
import { KmsFaults } from '../faults.ts';

export interface SecretName {
  readonly namespace: string;
  readonly secret: string;
}

/** A DNS label, and a DNS subdomain name (Kubernetes, "Object Names and IDs"). */
const NAME = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/;

/** @throws Fault `key/kms-settings` */
export function secretName(name: string): SecretName {
  const [, namespace, secret] = NAME.exec(name) ?? [];
  if (namespace !== undefined && secret !== undefined) return { namespace, secret };
  const faults = new KmsFaults('Kubernetes', `k8s://${name}`);
  throw faults.settings(`k8s://${name.slice(0, 300)} names no secret`, 'Write k8s://NAMESPACE/SECRET.');
}
