// The statements that hang on a manifest or index, in whatever form: Sigstore's bundles, cosign's tag and Docker's bare statements.
import { Envelope } from '../../dsse/envelope.ts';
import { parseStatement, type Statement } from '../../intoto/statement.ts';
import type { Digest } from '../../lib/digest.ts';
import { messageOf } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import type { Repository } from '../../repository/types.ts';
import { parseBundle } from '../../sigstore/bundle.ts';
import type { CollectedBundle } from '../../verify/bundle.ts';
import type { Check } from '../../verify/check.ts';
import { bareStatementEvidence, legacyEvidence } from '../../verify/cosign/evidence.ts';
import type { Evidence } from '../../verify/evidence.ts';
import { bundleEvidence } from '../../verify/image.ts';
import { collectBundles } from '../verification/bundles.ts';
import type { Ledger } from '../verification/ledger.ts';
import { collectLegacy } from '../verification/legacy-signatures.ts';

export interface ReadStatement {
  /** The signed bytes; `undefined` when they cannot be read. */
  readonly statement: Buffer | undefined;
  readonly parsed: Statement | undefined;
  /** Why it cannot be read. */
  readonly problem: string | undefined;
}

export interface HangingStatement extends ReadStatement {
  /** The manifest that holds it. */
  readonly manifest: Digest;
  readonly blob: Digest;
  /** Whoever signed it: nobody is believed yet. */
  readonly evidence: Evidence;
}

/**
 * Reads every statement on a manifest. What is altered or missing ends in the ledger.
 * @returns also what hangs there and cannot be read
 * @throws Fault of the repository; `verify/too-much`
 */
export async function hangingStatements(
  repository: Repository,
  ledger: Ledger,
  subject: Digest,
): Promise<{ readonly statements: readonly HangingStatement[]; readonly checks: readonly Check[] }> {
  const { bundles, checks } = await collectBundles(repository, ledger, subject);
  const legacy = await collectLegacy(repository, ledger, subject);
  // A folder has no name that a signer could have known.
  const named = repository.name.startsWith('oci:') ? undefined : repository.name;
  const where = { subject, repository: named };
  const attested = legacy.signatures.flatMap((found): HangingStatement[] => {
    const { signature, manifest, place } = found;
    if (signature.kind !== 'attestation') return [];
    const evidence = legacyEvidence(place === 'cosign-tag' ? 'cosign-tag' : 'docker', found, where);
    return [{ manifest, blob: signature.blob, evidence, ...inEnvelope(signature.payload) }];
  });
  const bare = legacy.statements.map((one): HangingStatement => {
    const { manifest, blob, bytes } = one;
    return { manifest, blob, evidence: bareStatementEvidence(one, where), ...readStatement(() => bytes) };
  });
  const bundled = bundles.map((bundle): HangingStatement => {
    const { manifest, blob } = bundle;
    return { manifest, blob, evidence: bundleEvidence(subject, bundle), ...inBundle(bundle) };
  });
  return { statements: [...bundled, ...attested, ...bare], checks: [...checks, ...legacy.checks] };
}

function inBundle({ bytes }: CollectedBundle): ReadStatement {
  return readStatement(() => {
    const { content } = parseBundle(bytes);
    return content.kind === 'envelope' ? content.envelope.payload : 'signs a message';
  });
}

function inEnvelope(bytes: Buffer): ReadStatement {
  return readStatement(() => {
    const envelope = Envelope.safeParse(parseJson(bytes, 'The envelope'));
    return envelope.success ? envelope.data.payload : 'is no envelope of DSSE';
  });
}

/** @param bytes gives them, or says why there are none */
function readStatement(bytes: () => Buffer | string): ReadStatement {
  try {
    const statement = bytes();
    if (typeof statement === 'string') return { statement: undefined, parsed: undefined, problem: statement };
    return { statement, parsed: parseStatement(statement), problem: undefined };
  } catch (fault) {
    return { statement: undefined, parsed: undefined, problem: messageOf(fault) };
  }
}
