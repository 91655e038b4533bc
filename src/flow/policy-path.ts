// Where the user's policy stands.
import { joinPath } from '../io/files.ts';
import { userFolders } from '../io/user-folders.ts';

export function defaultPolicyPath(): string {
  return joinPath(userFolders.config(), 'policy.yaml');
}
