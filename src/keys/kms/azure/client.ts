// The REST interface of Azure Key Vault and Managed HSM, keys, version 7.4 (https://learn.microsoft.com/rest/api/keyvault/keys).
import { refusalText } from '../../../io/http-refusal.ts';
import { parseJson } from '../../../lib/json.ts';
import { keptBearer } from '../bearer.ts';
import type { AzureAccess } from './access.ts';
import { azureBearer } from './identity.ts';

const ANSWER = 1 << 20;
const VERSION = '7.4';

export interface AzureRequest {
  /** Below `keys/`. */
  readonly path: string;
  readonly body?: object;
  /** What the vault's policy must grant: it stands in the hint. */
  readonly permission: string;
  /** False for what makes something. */
  readonly repeatable?: boolean;
}

export class AzureClient {
  readonly #access: AzureAccess;
  readonly #bearer: () => Promise<string>;

  /** @throws Fault `key/kms-settings` */
  constructor(access: AzureAccess) {
    this.#access = access;
    this.#bearer = keptBearer(azureBearer(access));
  }

  /** `undefined` for 404, `'exists'` for 409. @throws Fault `key/kms-denied`, `key/kms-failed`, `network/…` */
  async ask({ path, body, permission, repeatable = true }: AzureRequest): Promise<unknown> {
    const { http, faults, vault } = this.#access;
    const token = await this.#bearer();
    const response = await http.send(new URL(`/keys/${path}?api-version=${VERSION}`, vault), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      repeatable,
      confined: true,
    });
    const bytes = await response.bytes(ANSWER);
    const { status } = response;
    if (status === 404) return undefined;
    if (status === 409) return 'exists';
    if (status === 200) return parseJson(bytes, 'the answer of Azure Key Vault');
    const said = refusalText(bytes, [token]);
    const hint = `Who asks needs the permission ${permission} (Key Vault Crypto Officer makes keys, Key Vault Crypto User signs); AZURE_TENANT_ID and AZURE_CLIENT_ID say who asks.`;
    if (status === 401 || status === 403) throw faults.denied(faults.reference, said, hint);
    throw faults.strange(`status ${status}${said === '' ? '' : `: ${said}`}`);
  }
}
