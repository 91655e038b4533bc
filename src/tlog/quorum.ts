// Whether a checkpoint counts under a policy (C2SP tlog-policy): one log's signature, and enough witnesses.
import type { SignedCheckpoint } from './checkpoint.ts';
import { verifyNote } from './note-verify.ts';
import type { LogPolicy } from './policy.ts';

export type PolicyVerdict =
  | { readonly valid: true; readonly log: string | undefined; readonly witnesses: readonly string[] }
  | { readonly valid: false; readonly reason: string };

/** Whether witnesses of these names make the quorum. Groups are counted in the order of their definition. */
export function meetsQuorum(policy: LogPolicy, witnesses: ReadonlySet<string>): boolean {
  if (policy.quorum === 'none') return true;
  const known = policy.witnesses.map(({ name }) => name).filter((name) => witnesses.has(name));
  const witnessed = new Set(known);
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => witnessed.has(member)).length >= threshold) witnessed.add(name);
  }
  return witnessed.has(policy.quorum);
}

/**
 * Whether a checkpoint is signed by one of the policy's logs, whose name is its origin, and by the witnesses of its quorum. A
 * policy without logs leaves the log's signature to others.
 * @param now seconds since 1970: a cosignature from after that does not count
 */
export function judgeCheckpoint(policy: LogPolicy, checkpoint: SignedCheckpoint, now: number): PolicyVerdict {
  const { note, origin } = checkpoint;
  const logs = policy.logs.map(({ key }) => key).filter(({ name }) => name === origin);
  const signed = verifyNote(note, logs);
  if (policy.logs.length > 0 && !signed.valid) {
    const reason = logs.length === 0 ? `it is of ${origin}, which is none of the policy's logs` : signed.reason;
    return { valid: false, reason };
  }
  const cosigned = verifyNote(
    note,
    policy.witnesses.map(({ key }) => key),
  );
  const by = cosigned.valid ? cosigned.by.filter(({ time = 0 }) => time <= now).map(({ key }) => key) : [];
  const witnesses = policy.witnesses.filter(({ key }) => by.includes(key)).map(({ name }) => name);
  if (!meetsQuorum(policy, new Set(witnesses))) {
    return {
      valid: false,
      reason: `the quorum ${policy.quorum} is not reached: witnessed by ${witnesses.join(', ') || 'nobody'}`,
    };
  }
  return { valid: true, log: signed.valid ? signed.by[0]?.key.name : undefined, witnesses };
}
