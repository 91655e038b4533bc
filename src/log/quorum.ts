// As many witnesses as a policy asks for (C2SP tlog-policy).
import type { Http } from '../io/http.ts';
import { Fault } from '../lib/faults.ts';
import type { SignedCheckpoint } from '../tlog/checkpoint.ts';
import type { NoteSignature } from '../tlog/note.ts';
import type { LogPolicy } from '../tlog/policy.ts';
import { meetsQuorum } from '../tlog/quorum.ts';
import type { Cosigner } from './cosigner.ts';
import type { LogReader } from './reader.ts';
import { withSignatures } from './signing.ts';
import { Witness } from './witness.ts';

export class WitnessQuorum implements Cosigner {
  readonly #policy: LogPolicy;
  readonly #witnesses: readonly Witness[];
  /** Of the last checkpoint: why witnesses did not sign that were not needed for the quorum. */
  missed: readonly Fault[] = [];

  /** Witnesses without an address cannot be asked; they count as not reached. */
  constructor(policy: LogPolicy, http: Http) {
    this.#policy = policy;
    this.#witnesses = policy.witnesses.flatMap((one) =>
      one.url === undefined ? [] : [new Witness(one, one.url, http)],
    );
  }

  async cosign(signed: SignedCheckpoint, before: SignedCheckpoint, reader: LogReader): Promise<SignedCheckpoint> {
    const answers = await Promise.allSettled(
      this.#witnesses.map(async (witness) => ({ witness, line: await witness.cosign(signed, before, reader) })),
    );
    const lines: NoteSignature[] = [];
    const names = new Set<string>();
    const missed: Fault[] = [];
    for (const answer of answers) {
      if (answer.status === 'fulfilled') {
        lines.push(answer.value.line);
        names.add(answer.value.witness.name);
      } else if (answer.reason instanceof Fault) missed.push(answer.reason);
      else throw answer.reason;
    }
    this.missed = missed;
    if (!meetsQuorum(this.#policy, names)) throw noQuorum(this.#policy.quorum, missed);
    return withSignatures(signed.note.text, [...signed.note.signatures, ...lines]);
  }
}

/** What weighs most among the reasons is the fault's code. */
const GRAVEST = [
  'log/witness-forked',
  'log/witness-ahead',
  'log/witness-signature',
  'log/witness-refused',
  'log/witness-down',
];

function noQuorum(quorum: string, missed: readonly Fault[]): Fault {
  const code = GRAVEST.find((grave) => missed.some((fault) => fault.code === grave)) ?? 'log/no-quorum';
  const gravest = missed.find((fault) => fault.code === code);
  return new Fault(
    code,
    `The quorum ${quorum} of witnesses is not reached, and the checkpoint is not published. ${missed.map(({ message }) => message).join(' ')}`.trim(),
    gravest?.hint ?? 'Give every witness of the policy its address.',
    { cause: gravest },
  );
}
