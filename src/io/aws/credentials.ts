// Who asks AWS: the first of what the environment, the user's profile and the machine that it runs on give, in the order of
// AWS' own tools (AWS SDKs and Tools Reference, standardized credential providers).
import { Fault } from '../../lib/faults.ts';
import { now } from '../clock.ts';
import { containerCredentials } from './container.ts';
import { instanceCredentials } from './instance.ts';
import type { AwsEnvironment, AwsProfile } from './profiles.ts';
import type { AwsCredentials } from './signing.ts';
import { webIdentityCredentials } from './web-identity.ts';

export interface AwsAccess {
  readonly environment: AwsEnvironment;
  /** What is asked over the network is then a Fault `network/offline`. */
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Those that end are replaced so many milliseconds before. */
const MARGIN = 300_000;

/** Credentials for as long as they are wanted: asked for once, and again before they end. */
export class AwsCredentialSource {
  readonly #access: AwsAccess;
  readonly #profile: () => Promise<AwsProfile | undefined>;
  #found: Promise<AwsCredentials> | undefined;

  constructor(access: AwsAccess, profile: () => Promise<AwsProfile | undefined>) {
    this.#access = access;
    this.#profile = profile;
  }

  /** @throws Fault `aws/no-credentials`, `aws/profile`, `aws/credentials` for an answer that is none, `file/…`, `network/…` */
  async get(): Promise<AwsCredentials> {
    const found = await this.#found?.catch(() => undefined);
    if (found === undefined || (found.expires ?? Number.POSITIVE_INFINITY) - MARGIN < now().getTime()) {
      this.#found = this.#profile().then(async (profile) => await awsCredentials(this.#access, profile));
    }
    return await (this.#found as Promise<AwsCredentials>);
  }
}

async function awsCredentials(access: AwsAccess, profile: AwsProfile | undefined): Promise<AwsCredentials> {
  const { environment } = access;
  const found =
    fixed(environment['AWS_ACCESS_KEY_ID'], environment['AWS_SECRET_ACCESS_KEY'], environment['AWS_SESSION_TOKEN']) ??
    (await ofProfile(access, profile)) ??
    (await webIdentityCredentials(access, {
      file: environment['AWS_WEB_IDENTITY_TOKEN_FILE'],
      role: environment['AWS_ROLE_ARN'],
      session: environment['AWS_ROLE_SESSION_NAME'],
      profile,
    })) ??
    (await containerCredentials(access)) ??
    (await instanceCredentials(access));
  if (found !== undefined) return found;
  throw new Fault(
    'aws/no-credentials',
    `Nothing gives credentials for AWS: ${halfSet(environment) ?? 'no environment variables, no profile, no role of this machine'}.`,
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
  );
}

async function ofProfile(access: AwsAccess, profile: AwsProfile | undefined): Promise<AwsCredentials | undefined> {
  const name = access.environment['AWS_PROFILE'];
  if (profile === undefined) {
    if (!name) return undefined;
    throw new Fault(
      'aws/profile',
      `The profile ${name.slice(0, 100)} of AWS is in neither the config nor the credentials file.`,
      'Check AWS_PROFILE; `aws configure list-profiles` shows what there is.',
    );
  }
  const keys = fixed(
    profile.get('aws_access_key_id'),
    profile.get('aws_secret_access_key'),
    profile.get('aws_session_token'),
  );
  // A role is put on with the keys, not beside them.
  const [role, file] = [profile.get('role_arn'), profile.get('web_identity_token_file')];
  if (role !== undefined && file === undefined) throw unusable(name, 'takes on a role from another profile');
  if (role !== undefined)
    return await webIdentityCredentials(access, { file, role, session: profile.get('role_session_name'), profile });
  if (keys !== undefined) return keys;
  const other = ['sso_session', 'sso_start_url', 'credential_process', 'login_session'].find((key) => profile.has(key));
  if (other !== undefined) throw unusable(name, `gets its credentials by ${other}`);
  return undefined;
}

function fixed(accessKeyId?: string, secretAccessKey?: string, sessionToken?: string): AwsCredentials | undefined {
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined };
}

/** Which variable lacks the one that belongs to it. */
function halfSet(environment: AwsEnvironment): string | undefined {
  const pairs = [
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'],
  ] as const;
  const half = pairs.find(([a, b]) => Boolean(environment[a]) !== Boolean(environment[b]));
  if (half === undefined) return undefined;
  const [there, missing] = environment[half[0]] ? half : [half[1], half[0]];
  return `${there} is set, but ${missing} is not`;
}

function unusable(name = 'default', why: string): Fault {
  return new Fault(
    'aws/profile',
    `The profile ${name.slice(0, 100)} of AWS ${why}.`,
    'Run: eval "$(aws configure export-credentials --format env)", which sets variables that are read.',
  );
}
