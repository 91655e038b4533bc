// Microsoft's clouds: who gives tokens, and for what (Azure Key Vault's and Microsoft Entra's national clouds).
import type { KmsFaults } from '../faults.ts';

interface Cloud {
  readonly authority: string;
  /** Suffixes of the hosts of vaults and managed HSMs. */
  readonly vaults: readonly string[];
}

const PUBLIC: Cloud = {
  authority: 'https://login.microsoftonline.com/',
  vaults: ['vault.azure.net', 'managedhsm.azure.net'],
};
const GOVERNMENT: Cloud = {
  authority: 'https://login.microsoftonline.us/',
  vaults: ['vault.usgovcloudapi.net', 'managedhsm.usgovcloudapi.net'],
};
const CHINA: Cloud = {
  authority: 'https://login.chinacloudapi.cn/',
  vaults: ['vault.azure.cn', 'managedhsm.azure.cn'],
};

/** By the values of AZURE_ENVIRONMENT, in capitals. */
const CLOUDS: ReadonlyMap<string, Cloud> = new Map([
  ['AZURECLOUD', PUBLIC],
  ['AZUREPUBLICCLOUD', PUBLIC],
  ['AZUREUSGOVERNMENT', GOVERNMENT],
  ['AZUREUSGOVERNMENTCLOUD', GOVERNMENT],
  ['AZURECHINACLOUD', CHINA],
]);

/** What a token is asked for: `https://vault.azure.net`. Of a host that is no vault of Azure's, that host: no token for vaults gets there. */
export function resourceOf(vault: URL): string {
  const found = [PUBLIC, GOVERNMENT, CHINA]
    .flatMap(({ vaults }) => vaults)
    .find((suffix) => vault.hostname.endsWith(`.${suffix}`));
  return found === undefined ? vault.origin : `https://${found}`;
}

/** Whether it is a managed HSM, whose keys are of kinds of their own. */
export function isManagedHsm(vault: URL): boolean {
  return /\.managedhsm\./.test(vault.hostname);
}

/**
 * Who gives tokens: `AZURE_AUTHORITY_HOST`, that of the cloud that `AZURE_ENVIRONMENT` names, else that of the vault's cloud.
 * @throws Fault `key/kms-settings`
 */
export function authorityOf(
  vault: URL,
  { AZURE_AUTHORITY_HOST, AZURE_ENVIRONMENT }: Readonly<Record<string, string | undefined>>,
  faults: KmsFaults,
): URL {
  const named = AZURE_ENVIRONMENT ? CLOUDS.get(AZURE_ENVIRONMENT.toUpperCase()) : undefined;
  if (AZURE_ENVIRONMENT && named === undefined) {
    const hint = 'Write AzureCloud, AzureUSGovernment or AzureChinaCloud, or leave it out.';
    throw faults.settings('AZURE_ENVIRONMENT names no cloud', hint);
  }
  const own = [GOVERNMENT, CHINA].find(({ vaults }) => vaults.some((suffix) => vault.hostname.endsWith(`.${suffix}`)));
  const url = URL.parse(AZURE_AUTHORITY_HOST || (named ?? own ?? PUBLIC).authority);
  if (url !== null) return new URL(url.href.replace(/\/*$/, '/'));
  throw faults.settings('AZURE_AUTHORITY_HOST is no address', 'Write it as in https://login.microsoftonline.com.');
}
