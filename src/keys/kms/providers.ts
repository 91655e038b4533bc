// The services by cosign's schemes.
import { Http } from '../../io/http.ts';
import { Fault } from '../../lib/faults.ts';
import type { KmsProvider } from './provider.ts';

export interface ServiceOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of a key that a service keeps encrypted under it; empty for none. */
  readonly password?: string | undefined;
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Open = (name: string, options: ServiceOptions) => Promise<KmsProvider>;

const SERVICES: ReadonlyMap<string, Open> = new Map<string, Open>([
  [
    'hashivault',
    async (name, { environment, ...rest }) =>
      (await import('./vault.ts')).VaultTransit.of(name, environment, new Http(rest)),
  ],
  ['gcpkms', async (name, options) => (await import('./gcp/provider.ts')).GoogleKms.of(name, options)],
  ['azurekms', async (name, options) => (await import('./azure/provider.ts')).AzureKeyVault.of(name, options)],
  ['awskms', async (name, options) => (await import('./aws/provider.ts')).AwsKms.of(name, options)],
  ['k8s', async (name, options) => (await import('./kubernetes/provider.ts')).KubernetesSecret.of(name, options)],
]);

/** Only the service that is meant is loaded. @throws Fault `key/kms-unsupported`, `key/kms-settings` */
export async function providerOf(
  { scheme, name }: { scheme: string; name: string },
  options: ServiceOptions,
): Promise<KmsProvider> {
  const open = SERVICES.get(scheme);
  if (open !== undefined) return await open(name, options);
  throw new Fault(
    'key/kms-unsupported',
    `${scheme}:// names no kind of key.`,
    `Give a file, pkcs11:… or one of ${[...SERVICES.keys()].map((known) => `${known}://…`).join(', ')}.`,
  );
}
