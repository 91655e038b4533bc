// Who asks Azure: an application with a secret, a certificate or somebody else's token, else the machine, in the order of
// Microsoft's own clients, and by their variables.
import { readFile } from '../../../io/files.ts';
import { askToken, type Bearer, type BearerSource } from '../bearer.ts';
import type { AzureAccess } from './access.ts';
import { certificateAssertion } from './certificate.ts';
import { commandLineToken } from './command-line.ts';
import { authorityOf, resourceOf } from './cloud.ts';
import { machineToken } from './managed-identity.ts';

const TOKEN_LIMIT = 256 << 10;
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** @throws Fault `key/kms-settings` for variables that do not fit together */
export function azureBearer(access: AzureAccess): BearerSource {
  const { environment, faults } = access;
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_AUTH_METHOD: method } = environment;
  const { AZURE_CLIENT_SECRET: secret, AZURE_CLIENT_CERTIFICATE_PATH: certificate } = environment;
  const { AZURE_FEDERATED_TOKEN_FILE: federated } = environment;
  if (method?.toLowerCase() === 'cli') return async () => await commandLineToken(access);
  if (!secret && !certificate && !federated) return async () => await machineToken(access);
  if (!tenant || !client || !/^[\w.-]{1,253}$/.test(tenant)) {
    const by = secret
      ? 'AZURE_CLIENT_SECRET'
      : certificate
        ? 'AZURE_CLIENT_CERTIFICATE_PATH'
        : 'AZURE_FEDERATED_TOKEN_FILE';
    throw faults.settings(`beside ${by} AZURE_TENANT_ID or AZURE_CLIENT_ID is missing`, 'Set all three.');
  }
  const url = new URL(`${tenant}/oauth2/v2.0/token`, authorityOf(access.vault, environment, faults));
  const application = { url, client, tenant };
  if (secret) return async () => await applicationToken(access, application, { client_secret: secret });
  return async () => {
    const assertion = certificate
      ? await certificateAssertion(certificate, application, access)
      : (await readFile(federated ?? '', TOKEN_LIMIT)).toString('utf8').trim();
    const proof = { client_assertion_type: JWT_BEARER, client_assertion: assertion };
    return await applicationToken(access, application, proof);
  };
}

/** The client credentials of RFC 6749, 4.4, and RFC 7523, 2.2. */
async function applicationToken(
  { http, faults, vault }: AzureAccess,
  { url, client }: { readonly url: URL; readonly client: string },
  proof: Readonly<Record<string, string>>,
): Promise<Bearer> {
  const form = {
    grant_type: 'client_credentials',
    client_id: client,
    scope: `${resourceOf(vault)}/.default`,
    ...proof,
  };
  const hint = `Check AZURE_TENANT_ID, AZURE_CLIENT_ID and ${'client_secret' in proof ? 'AZURE_CLIENT_SECRET' : 'what proves who asks: its certificate, or its federated credential'}.`;
  return await askToken(http, { url, form, hint }, faults);
}
