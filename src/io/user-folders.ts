// Where a user's programs keep what is theirs.
import { homedir } from 'node:os';
import { join } from 'node:path';

function base(variable: string, fallback: string): string {
  const value = process.env[variable];
  return value !== undefined && value.startsWith('/') ? value : join(homedir(), fallback);
}

/** Temper's folders under the user's (XDG base directory specification 0.8). */
export const userFolders = {
  /** Keys, the policy, the configuration file. */
  config: (): string => join(base('XDG_CONFIG_HOME', '.config'), 'temper'),
  /** What can be fetched or computed again. */
  cache: (): string => join(base('XDG_CACHE_HOME', '.cache'), 'temper'),
  /** What must outlive the cache: high-water marks. */
  state: (): string => join(base('XDG_STATE_HOME', '.local/state'), 'temper'),
  /** notation's: plugins, trust stores. */
  notation: (): string =>
    process.platform === 'darwin'
      ? join(homedir(), 'Library/Application Support/notation')
      : join(base('XDG_CONFIG_HOME', '.config'), 'notation'),
  /** Docker's: `config.json` with the registries' credentials. */
  docker: (): string => process.env['DOCKER_CONFIG'] || join(homedir(), '.docker'),
  /** That of AWS' tools: `config` and `credentials`. */
  aws: (): string => join(homedir(), '.aws'),
  /** That of Google's tools: the credentials of who logged in. */
  gcloud: (): string => join(homedir(), '.config', 'gcloud'),
  /** That of Kubernetes' tools: `config`. */
  kubernetes: (): string => join(homedir(), '.kube'),
};
