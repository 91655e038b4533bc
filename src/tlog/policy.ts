// Which logs and how many witnesses make a checkpoint count (C2SP tlog-policy), parsed.
import { Fault } from '../lib/faults.ts';
import { type NoteKey, parseVerifierKey } from './note-key.ts';

/** The largest policy file, in bytes, and the most lines that define something. */
export const POLICY_LIMIT = 256 << 10;
const MOST_LINES = 1000;
const MOST_MEMBERS = 1000;

export interface PolicyLog {
  readonly key: NoteKey;
  readonly url: string | undefined;
}

export interface PolicyWitness {
  /** Its name in the policy, bytes as `latin1`; the key has a name of its own. */
  readonly name: string;
  readonly key: NoteKey;
  /** Its submission prefix. */
  readonly url: string | undefined;
}

export interface PolicyGroup {
  readonly name: string;
  /** How many of the members must have witnessed. */
  readonly threshold: number;
  readonly members: readonly string[];
}

export interface LogPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** Each names only witnesses and groups before it. */
  readonly groups: readonly PolicyGroup[];
  /** A witness's or group's name, or `none`. */
  readonly quorum: string;
}

/** Reads a policy. @throws Fault `tlog/policy` with the line, `tlog/key` */
export function parseLogPolicy(bytes: Uint8Array, what: string): LogPolicy {
  if (bytes.length > POLICY_LIMIT) throw bad(what, 0, `it is larger than ${POLICY_LIMIT} bytes`);
  const reader = new Reader(what);
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  for (const [i, line] of lines.entries()) reader.read(line, i + 1);
  return reader.policy();
}

class Reader {
  readonly #what: string;
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups: PolicyGroup[] = [];
  readonly #names = new Set<string>();
  /** Names that are a member of a group already: one can count in one way only. */
  readonly #members = new Set<string>();
  #quorum: string | undefined;
  #lines = 0;

  constructor(what: string) {
    this.#what = what;
  }

  read(text: string, line: number): void {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) throw bad(this.#what, line, 'it has control characters');
    const words = text.split(/[ \t]+/).filter((word) => word !== '');
    if (words[0] === undefined || words[0].startsWith('#')) return;
    if (++this.#lines > MOST_LINES) throw bad(this.#what, line, `it defines more than ${MOST_LINES} things`);
    const problem = this.#define(words);
    if (problem !== undefined) throw bad(this.#what, line, problem);
  }

  policy(): LogPolicy {
    if (this.#quorum === undefined) throw bad(this.#what, 0, 'it has no quorum line');
    return { logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum };
  }

  #define([kind = '', ...words]: readonly string[]): string | undefined {
    switch (kind) {
      case 'log':
        return this.#log(words);
      case 'witness':
        return this.#witness(words);
      case 'group':
        return this.#group(words);
      case 'quorum':
        return this.#quorumLine(words);
      default:
        return `"${kind.slice(0, 40)}" is none of log, witness, group and quorum`;
    }
  }

  #log([key = '', url, ...more]: readonly string[]): string | undefined {
    if (key === '' || more.length > 0) return 'a log is `log <vkey> [<url>]`';
    const log = { key: parseVerifierKey(utf8(key)), url };
    if (log.key.kind === 'cosignature') return "it is a witness's key";
    if (this.#logs.some((other) => other.key.spki.equals(log.key.spki))) return 'the same key is there already';
    this.#logs.push(log);
    return undefined;
  }

  #witness([name = '', key = '', url, ...more]: readonly string[]): string | undefined {
    if (key === '' || more.length > 0) return 'a witness is `witness <name> <vkey> [<url>]`';
    const witness = { name, key: parseVerifierKey(utf8(key)), url };
    if (witness.key.kind !== 'cosignature') return "it is not a witness's key";
    if (this.#witnesses.some((other) => other.key.spki.equals(witness.key.spki)))
      return 'the same key is there already';
    this.#witnesses.push(witness);
    return this.#name(name);
  }

  #group([name = '', count = '', ...members]: readonly string[]): string | undefined {
    if (members.length === 0 || members.length > MOST_MEMBERS) return 'a group is `group <name> all|any|<k> <name>…`';
    for (const member of members) {
      if (!this.#names.has(member)) return `${member.slice(0, 80)} is not defined before it`;
      if (this.#members.has(member)) return `${member.slice(0, 80)} is a member already`;
      this.#members.add(member);
    }
    const threshold =
      count === 'all' ? members.length : count === 'any' ? 1 : /^[1-9]\d{0,3}$/.test(count) ? Number(count) : 0;
    if (threshold < 1 || threshold > members.length)
      return `"${count.slice(0, 40)}" of ${members.length} is not possible`;
    this.#groups.push({ name, threshold, members });
    return this.#name(name);
  }

  #quorumLine([name = '', ...more]: readonly string[]): string | undefined {
    if (this.#quorum !== undefined) return 'there is a quorum already';
    if (more.length > 0 || (name !== 'none' && !this.#names.has(name)))
      return `the quorum "${name.slice(0, 80)}" is not defined before it`;
    this.#quorum = name;
    return undefined;
  }

  #name(name: string): string | undefined {
    if (name === 'none' || this.#names.has(name)) return `the name ${name.slice(0, 80)} is taken`;
    this.#names.add(name);
    return undefined;
  }
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

function bad(what: string, line: number, reason: string): Fault {
  const where = line === 0 ? what : `${what}:${line}`;
  return new Fault('tlog/policy', `${where} is no log policy: ${reason}.`, 'See c2sp.org/tlog-policy for its lines.');
}
