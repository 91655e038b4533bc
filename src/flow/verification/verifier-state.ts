// What a verifier remembers between its answers: read, judged and replaced while nobody else does.
import { readFileIfThere } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { withLock } from '../../io/locks.ts';
import { decide } from '../../decide/decision.ts';
import { CheckList } from '../../verify/sigstore/question.ts';
import {
  checkCheckpoints,
  checkClock,
  emptyState,
  nextState,
  parseState,
  stateBytes,
  type VerifierState,
} from '../../verify/sigstore/state.ts';
import type { JudgedImage, VerifyResult } from './verify.ts';

const STATE_LIMIT = 64 << 20;

interface Work<T> {
  readonly value: T;
  /** To be remembered; `undefined` for nothing new. */
  readonly state: VerifierState | undefined;
}

/**
 * Does work with what was seen before, `undefined` where nobody asked to remember; then what it gives replaces the file, whole or
 * not at all. Several processes wait for each other.
 * @throws Fault `verify/state`, `json/malformed`, `lock/busy`, `file/…`
 */
export async function withState<T>(
  path: string | undefined,
  work: (before: VerifierState | undefined) => Promise<Work<T>>,
): Promise<T> {
  if (path === undefined) return (await work(undefined)).value;
  return await withLock(`${path}.lock`, async () => {
    const bytes = await readFileIfThere(path, STATE_LIMIT);
    const before = bytes === undefined ? emptyState : parseState(bytes, path);
    const { value, state } = await work(before);
    if (state !== undefined && state !== before) await writeFile(path, stateBytes(state));
    return value;
  });
}

/**
 * An answer held against what was seen: a clock or a checkpoint that went back stands against it. What is refused is not
 * remembered.
 * @param now seconds since 1970
 */
export function remembered(
  { result, checkpoints }: JudgedImage,
  before: VerifierState,
  now: number,
): { readonly result: VerifyResult; readonly state: VerifierState } {
  const list = new CheckList(result.digest ?? 'sha256:', []);
  const scope = result.repository;
  checkClock(before, now, list);
  checkCheckpoints(before, scope, checkpoints, list);
  const checks = [...result.checks, ...list.checks];
  const decision = decide(checks);
  const answer = { ...result, checks, decision };
  if (decision.answer === 'no') return { result: answer, state: before };
  return { result: answer, state: nextState(before, scope, checkpoints, now) };
}
