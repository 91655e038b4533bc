// Which files of a secdb speak of which ecosystem.

export interface Branch {
  /** `Alpine:v3.22` */
  readonly ecosystem: string;
  /** The first must be there, else there is no such branch. */
  readonly paths: readonly [string, ...string[]];
}

/** The oldest branch that is published as JSON, and the newest that is surely asked for; later ones as long as there are any. */
const OLDEST = 12;
const NEWEST = 24;
/** Beyond all that may come. */
const MOST = 200;

/** The files of an ecosystem; `undefined` where a secdb has none of it. */
export function branchOf(ecosystem: string): Branch | undefined {
  const [, release] = /^Alpine:(v\d{1,3}\.\d{1,3}|edge)$/.exec(ecosystem) ?? [];
  if (release !== undefined) return { ecosystem, paths: [`${release}/main.json`, `${release}/community.json`] };
  if (ecosystem === 'Wolfi') return { ecosystem, paths: ['os/security.json'] };
  if (ecosystem === 'Chainguard') return { ecosystem, paths: ['chainguard/security.json'] };
  return undefined;
}

/**
 * All that a secdb may have, Alpine's releases in order. The one who asks says of each whether it was there: after one that
 * was not, no later release is named.
 */
export function* allBranches(): Generator<Branch, void, boolean> {
  for (let minor = OLDEST; minor < MOST; minor++) {
    const was = yield required(`Alpine:v3.${minor}`);
    if (!was && minor > NEWEST) break;
  }
  for (const ecosystem of ['Alpine:edge', 'Wolfi', 'Chainguard']) yield required(ecosystem);
}

function required(ecosystem: string): Branch {
  const branch = branchOf(ecosystem);
  if (branch === undefined) throw new Error(`${ecosystem} has no files`);
  return branch;
}
