// Where the user's policy stands.
import { joinPath, userFolders } from '../io/files.ts';

export function defaultPolicyPath(): string {
  return joinPath(userFolders.config(), 'policy.yaml');
}
