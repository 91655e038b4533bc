// The identity that Azure gives a machine: App Service and Functions (IDENTITY_ENDPOINT), virtual machines and AKS (IMDS).
import { Http } from '../../../io/http.ts';
import { Fault } from '../../../lib/faults.ts';
import { askToken, type Bearer } from '../bearer.ts';
import type { AzureAccess } from './access.ts';
import { resourceOf } from './cloud.ts';

const SERVICE = 'http://169.254.169.254';
/** Milliseconds that are waited where there may be no such service. */
const PATIENCE = 3000;
const HINT =
  'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE), or log in with `az login` and set AZURE_AUTH_METHOD=cli.';

/**
 * `AZURE_CLIENT_ID` chooses among several identities of the machine.
 * @throws Fault `key/kms-settings` where this is no such machine, `key/kms-denied` for one without an identity
 */
export async function machineToken({ environment, faults, vault, offline, signal }: AzureAccess): Promise<Bearer> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER, AZURE_POD_IDENTITY_AUTHORITY_HOST, AZURE_CLIENT_ID } = environment;
  const isService = Boolean(IDENTITY_ENDPOINT && IDENTITY_HEADER);
  const url = isService
    ? URL.parse(IDENTITY_ENDPOINT ?? '')
    : URL.parse('/metadata/identity/oauth2/token', AZURE_POD_IDENTITY_AUTHORITY_HOST || SERVICE);
  if (url === null) throw faults.settings('the address of the machine’s identity is none', 'Check IDENTITY_ENDPOINT.');
  url.searchParams.set('api-version', isService ? '2019-08-01' : '2018-02-01');
  url.searchParams.set('resource', resourceOf(vault));
  if (AZURE_CLIENT_ID) url.searchParams.set('client_id', AZURE_CLIENT_ID);
  const headers: Record<string, string> = isService
    ? { 'x-identity-header': IDENTITY_HEADER ?? '' }
    : { metadata: 'true' };
  const http = new Http({ offline, signal, plain: [url.host], idle: PATIENCE, tries: 2 });
  try {
    return await askToken(http, { url, headers, hint: HINT }, faults);
  } catch (fault) {
    const isAway = fault instanceof Fault && /^network\/(?:unknown-host|refused|timeout|failed)$/.test(fault.code);
    if (!isAway) throw fault;
    throw faults.settings('nothing says who asks, and this is no machine of Azure’s', HINT, fault);
  }
}
