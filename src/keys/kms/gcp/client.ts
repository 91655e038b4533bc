// Cloud KMS' REST interface, version 1 (https://cloud.google.com/kms/docs/reference/rest).
import { refusalText } from '../../../io/http-refusal.ts';
import { parseJson } from '../../../lib/json.ts';
import { keptBearer } from '../bearer.ts';
import type { GoogleAccess } from './access.ts';
import { googleCredentials } from './credentials.ts';

/** Most bytes of an answer: a page of versions. */
const ANSWER = 4 << 20;

export interface GoogleRequest {
  /** Behind `v1/`, with its query. */
  readonly path: string;
  readonly body?: object;
  /** What IAM must grant: it stands in the hint. */
  readonly permission: string;
  /** False for what makes something. */
  readonly repeatable?: boolean;
}

export class GoogleClient {
  readonly #access: GoogleAccess;
  readonly #base: string;
  readonly #bearer: () => Promise<string>;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(access: GoogleAccess, base: string, bearer: () => Promise<string>, quotaProject?: string) {
    this.#access = access;
    this.#base = base;
    this.#bearer = bearer;
    this.#headers = quotaProject === undefined ? {} : { 'x-goog-user-project': quotaProject };
  }

  /**
   * Asks `cloudkms.googleapis.com`, or where `CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS` says.
   * @throws Fault `key/kms-settings`, `file/…`
   */
  static async open(access: GoogleAccess): Promise<GoogleClient> {
    const { bearer, universe, quotaProject } = await googleCredentials(access);
    const named = access.environment['CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS'] || `https://cloudkms.${universe}/`;
    const url = URL.parse(named);
    if (url === null) {
      const hint = 'Check CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS and GOOGLE_CLOUD_UNIVERSE_DOMAIN.';
      throw access.faults.settings('the address of Cloud KMS is none', hint);
    }
    return new GoogleClient(access, url.href.replace(/\/*$/, '/v1/'), keptBearer(bearer), quotaProject);
  }

  /** `undefined` for 404, `'exists'` for 409. @throws Fault `key/kms-denied`, `key/kms-failed`, `network/…` */
  async ask({ path, body, permission, repeatable = true }: GoogleRequest): Promise<unknown> {
    const { http, faults } = this.#access;
    const token = await this.#bearer();
    const response = await http.send(`${this.#base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...this.#headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      repeatable,
      confined: true,
    });
    const bytes = await response.bytes(ANSWER);
    const { status } = response;
    if (status === 404) return undefined;
    if (status === 409) return 'exists';
    if (status === 200) return parseJson(bytes, 'the answer of Google Cloud KMS');
    const said = refusalText(bytes, [token]);
    const hint = `Who asks needs the permission ${permission}; GOOGLE_APPLICATION_CREDENTIALS says who asks.`;
    if (status === 401 || status === 403) throw faults.denied(faults.reference, said, hint);
    throw faults.strange(`status ${status}${said === '' ? '' : `: ${said}`}`);
  }
}
