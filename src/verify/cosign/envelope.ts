import { Envelope } from '../../dsse/envelope.ts';
import { parseJson } from '../../lib/json.ts';
import type { CheckList } from '../sigstore/question.ts';
import { unstopped } from '../sigstore/signature.ts';

/** An envelope of exactly one signature; `undefined` and refuted for anything else. */
export function readEnvelope(bytes: Uint8Array, list: CheckList): Envelope | undefined {
  try {
    const parsed = Envelope.safeParse(parseJson(bytes, 'the envelope'));
    if (parsed.success && parsed.data.signatures.length === 1) return parsed.data;
    const [issue] = parsed.error?.issues ?? [];
    const problem = issue === undefined ? 'it has more than one signature' : `${issue.path.join('.')} ${issue.message}`;
    list.refuted('bundle', 'envelope-malformed', `the envelope cannot be read: ${problem}`);
  } catch (fault) {
    list.refuted('bundle', 'envelope-malformed', unstopped(fault));
  }
  return undefined;
}
