// The services by cosign's schemes.
import { Http } from '../../io/http.ts';
import { Fault } from '../../lib/faults.ts';
import type { KmsProvider } from './provider.ts';
import { VaultTransit } from './vault.ts';

const OTHERS: ReadonlyMap<string, string> = new Map([
  ['awskms', 'AWS KMS'],
  ['gcpkms', 'Google Cloud KMS'],
  ['azurekms', 'Azure Key Vault'],
  ['k8s', 'Kubernetes secrets'],
]);

export interface ServiceOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws Fault `key/kms-unsupported`, `key/kms-settings` */
export function providerOf({ scheme, name }: { scheme: string; name: string }, options: ServiceOptions): KmsProvider {
  if (scheme === 'hashivault') {
    const { environment, offline, signal } = options;
    return VaultTransit.of(name, environment, new Http({ offline, signal }));
  }
  const service = OTHERS.get(scheme);
  throw new Fault(
    'key/kms-unsupported',
    service === undefined
      ? `${scheme}:// names no kind of key.`
      : `Keys in ${service} (${scheme}://) are not supported.`,
    service === undefined
      ? 'Give a file, pkcs11:… or hashivault://NAME.'
      : 'Use hashivault://NAME, or the service through its PKCS#11 library with pkcs11:….',
  );
}
