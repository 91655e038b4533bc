import type { Http } from '../../../io/http.ts';
import type { KmsFaults } from '../faults.ts';

/** What is needed to ask Microsoft for a token. */
export interface AzureAccess {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly http: Http;
  readonly faults: KmsFaults;
  readonly vault: URL;
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}
