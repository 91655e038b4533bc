import type { Http } from '../../../io/http.ts';
import type { KmsFaults } from '../faults.ts';

/** What is needed to ask Google. */
export interface GoogleAccess {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly http: Http;
  readonly faults: KmsFaults;
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a token is asked for: keys alone (OAuth 2.0 scopes for Google APIs). */
export const KMS_SCOPE = 'https://www.googleapis.com/auth/cloudkms';
/** What a token needs that is given for another token. */
export const CLOUD_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
