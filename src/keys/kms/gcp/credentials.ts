// Who asks Google: application default credentials (https://google.aip.dev/auth/4110), without Google's libraries.
import { z } from 'zod';
import { readFile, readFileIfThere } from '../../../io/files.ts';
import { userFolders } from '../../../io/user-folders.ts';
import { joinPath } from '../../../io/files.ts';
import { Fault } from '../../../lib/faults.ts';
import { parseJson } from '../../../lib/json.ts';
import type { BearerSource } from '../bearer.ts';
import { ExternalAccount, externalToken } from './external-account.ts';
import { ImpersonatedAccount, impersonated } from './impersonation.ts';
import { metadataToken } from './metadata.ts';
import { ServiceAccount, serviceAccountToken } from './service-account.ts';
import { UserAccount, userToken } from './user-account.ts';
import type { GoogleAccess } from './access.ts';

export interface GoogleCredentials {
  readonly bearer: BearerSource;
  /** Whose services are asked: `googleapis.com` unless the credentials say otherwise. */
  readonly universe: string;
  /** The project that pays where a person asks. */
  readonly quotaProject: string | undefined;
}

const FILE_LIMIT = 1 << 20;
const HINT =
  'Set GOOGLE_APPLICATION_CREDENTIALS to a file with credentials, or run `gcloud auth application-default login`.';

const Kinds = z.discriminatedUnion('type', [ServiceAccount, UserAccount, ExternalAccount, ImpersonatedAccount]);
const Common = z.object({
  universe_domain: z
    .string()
    .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/)
    .optional(),
  quota_project_id: z
    .string()
    .regex(/^[\w.:-]+$/)
    .optional(),
});

/**
 * The credentials of `GOOGLE_APPLICATION_CREDENTIALS`, else those of `gcloud auth application-default login`, else those of the
 * machine.
 * @throws Fault `key/kms-settings`, `file/…`
 */
export async function googleCredentials(access: GoogleAccess): Promise<GoogleCredentials> {
  const { environment, faults } = access;
  const { GOOGLE_APPLICATION_CREDENTIALS: named, GOOGLE_CLOUD_QUOTA_PROJECT } = environment;
  const path =
    named || joinPath(environment['CLOUDSDK_CONFIG'] || userFolders.gcloud(), 'application_default_credentials.json');
  const bytes = named ? await readFile(path, FILE_LIMIT) : await readFileIfThere(path, FILE_LIMIT);
  const universe = environment['GOOGLE_CLOUD_UNIVERSE_DOMAIN'] || 'googleapis.com';
  if (bytes === undefined) {
    return { bearer: async () => await metadataToken(access, HINT), universe, quotaProject: undefined };
  }
  const document = readDocument(bytes, path);
  const common = Common.safeParse(document);
  const read = Kinds.safeParse(document);
  if (!common.success || !read.success) {
    const issue = (read.error ?? common.error)?.issues[0];
    const where = issue === undefined ? '' : `: ${issue.path.join('.')} is missing or wrong`.slice(0, 200);
    throw faults.settings(`${path} holds no credentials that are known here${where}`, HINT);
  }
  return {
    bearer: bearerOf(read.data, access),
    universe: common.data.universe_domain ?? universe,
    quotaProject: GOOGLE_CLOUD_QUOTA_PROJECT || common.data.quota_project_id,
  };
}

function bearerOf(account: z.infer<typeof Kinds>, access: GoogleAccess): BearerSource {
  switch (account.type) {
    case 'service_account':
      return async () => await serviceAccountToken(account, access);
    case 'authorized_user':
      return async () => await userToken(account, access);
    case 'external_account':
      return async () => await externalToken(account, access);
    case 'impersonated_service_account':
      return async () => await impersonated(account, access);
  }
}

function readDocument(bytes: Buffer, path: string): unknown {
  try {
    return parseJson(bytes, path);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return undefined;
  }
}
