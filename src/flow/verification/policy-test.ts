// `temper policy test`: recorded cases, each judged again by a policy and held against what is expected.
import { differencesFrom, parseCase, CASE_LIMIT, type PolicyCase } from '../../decide/policy-case.ts';
import { folderEntry, folderOf, joinPath, listFolder, readFile, resolvePath } from '../../io/files.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { Layout } from '../../repository/layout.ts';
import { replayed } from '../../repository/recorded.ts';
import type { Repository } from '../../repository/types.ts';
import { besides } from './signer-groups.ts';
import { loadTrust } from './trust.ts';
import { judgeImage } from './verify.ts';

export interface TestedCase {
  readonly name: string;
  readonly file: string;
  readonly passed: boolean;
  /** What is other than expected, a sentence's end each. */
  readonly differences: readonly string[];
  /** `undefined` where there was none. */
  readonly answer: 'yes' | 'no' | undefined;
  /** The checks that stand against the image, each with its problem's name if it has one. */
  readonly against: readonly { readonly check: string; readonly problem: string | undefined }[];
}

/**
 * Tests a file, or every `.yaml`, `.yml` and `.json` of a folder that is a case.
 * @param policy goes before the one that a case names; without either, the user's
 * @throws Fault `policy/no-cases`, `policy/case`, `file/…`
 */
export async function testPolicy(path: string, policy: string | undefined): Promise<TestedCase[]> {
  const tested: TestedCase[] = [];
  for (const file of await filesAt(path)) {
    const found = parseCase((await readFile(file, CASE_LIMIT)).toString('utf8'), file);
    if (found !== undefined) tested.push(await testCase(found, file, policy));
  }
  if (tested.length > 0) return tested;
  throw new Fault(
    'policy/no-cases',
    `There is no case at ${path}.`,
    'Make one with `temper policy record IMAGE --output CASE.yaml`.',
  );
}

async function filesAt(path: string): Promise<string[]> {
  if ((await folderEntry(path))?.kind !== 'folder') return [path];
  const entries = (await listFolder(path)).map(({ name }) => name).filter((name) => /\.(?:ya?ml|json)$/.test(name));
  return entries.sort(compareStrings).map((name) => joinPath(path, name));
}

async function testCase(one: PolicyCase, file: string, policy: string | undefined): Promise<TestedCase> {
  const name = one.name ?? file;
  try {
    const repository = repositoryOf(one, file);
    const now = Math.floor(Date.parse(one.time) / 1000);
    const own = one.policy === undefined ? undefined : besides(file, one.policy);
    const trust = await loadTrust({
      keys: [],
      policy: policy ?? own,
      offline: true,
      repository: one.repository ?? repository.name,
      now,
    });
    const { reference, signaturesOnly, platform } = one;
    const { result } = await judgeImage({
      repository,
      reference,
      trust: { ...trust, claimReaders: {} },
      readImage: undefined,
      signaturesOnly,
      platform,
    });
    const differences = differencesFrom(one.expect, result.decision);
    const { answer, against } = result.decision;
    const told = against.map(({ check, problem }) => ({ check, problem }));
    return { name, file, passed: differences.length === 0, differences, answer, against: told };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const differences = [`there is no answer: ${fault.code}: ${fault.message}`];
    return { name, file, passed: false, differences, answer: undefined, against: [] };
  }
}

function repositoryOf({ recorded, layout = '' }: PolicyCase, file: string): Repository {
  if (recorded !== undefined) return replayed(recorded);
  return new Layout(resolvePath(joinPath(folderOf(file), layout)));
}
