// azurekms:// references: the vault's host, the key, perhaps its version.
import { KmsFaults } from '../faults.ts';

export interface AzureKey {
  /** `https://HOST/` */
  readonly vault: URL;
  readonly key: string;
  /** `undefined`: the newest. */
  readonly version: string | undefined;
}

const NAME =
  /^((?:[a-z0-9-]+\.)+[a-z0-9-]+|localhost|(?:[a-z0-9.-]+|\[::1\]):\d{1,5})\/([\dA-Za-z-]{1,127})(?:\/([\da-f]{32})?)?$/i;

/** @throws Fault `key/kms-settings` */
export function azureKey(name: string): AzureKey {
  const [, host = '', key, version] = NAME.exec(name) ?? [];
  const vault = URL.parse(`https://${host}/`);
  if (key !== undefined && vault !== null) return { vault, key, version };
  throw new KmsFaults('Azure Key Vault', `azurekms://${name}`).settings(
    `azurekms://${name.slice(0, 300)} names no key`,
    'Write azurekms://VAULT_NAME.vault.azure.net/KEY, or …/KEY/VERSION for one version.',
  );
}
