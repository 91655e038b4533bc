// `temper vex get`: what the attestations on an image say of vulnerabilities, as one OpenVEX document.
import { hostPlatform } from '../../io/environment.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { canonicalJson } from '../../lib/json.ts';
import { readOpenVex } from '../../openvex/read.ts';
import { openVexJson } from '../../openvex/write.ts';
import type { OpenVexDocument } from '../../openvex/types.ts';
import { documentId } from '../../vex/export-openvex.ts';
import { normalPlatform } from '../../source/platform.ts';
import { type ProvenStatement, provenStatements } from '../verification/attestations.ts';
import { attestationsRequest, type NamedAttestations } from '../verification/named-attestations.ts';

export type GotVex =
  | { readonly outcome: 'found'; readonly text: string; readonly notes: readonly string[] }
  /** Verifying was asked for, and nothing that is there is proved: nothing must be written. */
  | { readonly outcome: 'refused'; readonly notes: readonly string[] };

/**
 * The document that is attested, or one made of all of them. Of several platforms the one that is asked for, else this machine's,
 * else all.
 * @throws Fault `vex/none` where nothing is attested; `openvex/…`, faults as of `temper attestation get`
 */
export async function getVex(reference: string, options: Omit<NamedAttestations, 'predicateType'>): Promise<GotVex> {
  const request = await attestationsRequest(reference, { ...options, predicateType: undefined });
  const isVex = (type: string) => type.startsWith('https://openvex.dev/ns');
  const { proven, problems } = await provenStatements(request, isVex);
  const notes = problems.map((problem) => `A statement on ${reference} is not used: ${problem}.`);
  if (proven.length === 0 && notes.length > 0 && options.verify) return { outcome: 'refused', notes };
  if (proven.length === 0) {
    throw new Fault('vex/none', `No OpenVEX document is attested of ${reference}.`, 'See `temper attestation list`.');
  }
  const wanted = options.platform === undefined ? hostPlatform() : normalPlatform(options.platform);
  const predicates = new Map(
    ofPlatform(proven, wanted).map(({ predicate }) => [canonicalJson(predicate), predicate] as const),
  );
  const [first, ...more] = predicates.values();
  const document = more.length === 0 ? first : openVexJson(merged([first, ...more].map(readOpenVex)));
  return { outcome: 'found', text: `${JSON.stringify(document, null, 2)}\n`, notes };
}

function ofPlatform(all: readonly ProvenStatement[], wanted: string): readonly ProvenStatement[] {
  const found = all.filter(({ attestation: { platform } }) => platform === undefined || platform === wanted);
  return found.length === 0 ? all : found;
}

/** Statements keep the time of their document where they have none; the later ones come last, as they count last. */
function merged(documents: readonly OpenVexDocument[]): OpenVexDocument {
  const statements = documents.flatMap((document) =>
    document.statements.map((statement) => ({ ...statement, timestamp: statement.timestamp ?? document.timestamp })),
  );
  const times = documents.map(({ lastUpdated, timestamp }) => lastUpdated ?? timestamp ?? 0);
  const made: OpenVexDocument = {
    id: '',
    author: [...new Set(documents.map(({ author }) => author).filter((author) => author !== undefined))]
      .sort(compareStrings)
      .join(', '),
    role: undefined,
    timestamp: Math.max(...times),
    lastUpdated: undefined,
    version: 1,
    tooling: undefined,
    statements: statements.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0)),
  };
  return { ...made, id: documentId(made) };
}
