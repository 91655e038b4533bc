// Adding whom to trust to a policy file that a user may have written.
import { Document, isSeq } from 'yaml';
import { namedKey, parsePolicy, readDocument } from './policy.ts';
import { repositoryProblem } from './repositories.ts';
import { Fault } from '../lib/faults.ts';

// Flow sequences stay as people write them: [a, b].
const LAYOUT = { lineWidth: 0, flowCollectionPadding: false } as const;

export interface TrustEntry {
  /** One repository, without wildcards. */
  readonly repository: string;
  /** A path or PEM, as the policy is to have it. */
  readonly key: string;
}

/**
 * The text of a policy file in which the key is trusted for the repository: the text itself when it is already, else with
 * an entry added at the end of `trust`, comments and order kept; a new file when there is none.
 * @throws Fault `policy/invalid` when the file is not a valid policy: it is then left for its owner to correct.
 */
export function addTrust(text: string | undefined, entry: TrustEntry, what: string): string {
  const problem = entry.repository.includes('*') ? 'has a wildcard' : repositoryProblem(entry.repository);
  if (problem !== undefined) {
    throw new Fault('policy/invalid', `The repository "${entry.repository}" ${problem}.`, 'Name one repository.');
  }
  if (text === undefined || text.trim() === '') return newPolicy(entry);
  const policy = parsePolicy(text, what);
  const there = policy.trust?.some(
    ({ repositories = [], keys = [] }) =>
      repositories.includes(entry.repository) &&
      keys.map(namedKey).some(({ key, until }) => key === entry.key && until === undefined),
  );
  if (there === true) return text;
  const document = readDocument(text, what);
  const added = document.createNode({ repositories: [entry.repository], keys: [entry.key] });
  const trust = document.get('trust', true);
  if (isSeq(trust)) trust.add(added);
  else document.set('trust', document.createNode([added]));
  const written = document.toString(LAYOUT);
  parsePolicy(written, what);
  return written;
}

function newPolicy({ repository, key }: TrustEntry): string {
  const document = new Document({
    apiVersion: 'temper/v1',
    kind: 'Policy',
    trust: [{ repositories: [repository], keys: [key] }],
  });
  document.commentBefore =
    ' Whom temper verify trusts. Each entry: repositories, and the keys that may sign their images.';
  return document.toString(LAYOUT);
}
