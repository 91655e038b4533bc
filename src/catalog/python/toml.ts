// TOML of lock files (TOML 1.0).
import { parse } from 'smol-toml';
import { brokenLock } from '../locked.ts';
import { messageOf } from '../../lib/faults.ts';
import { objectOf } from '../untrusted.ts';

/** Deepest nesting that is read. */
const DEPTH = 50;

/** @throws Fault `lock/malformed` */
export function parseToml(text: string, what: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(parse(text, { maxDepth: DEPTH })) ?? {};
  } catch (cause) {
    throw brokenLock(what, `is not valid TOML: ${messageOf(cause).split('\n', 1)[0]?.replace(/\.$/, '')}`, cause);
  }
}
